import { whereKnown } from "../../outcomes";
import type { JudgedResource } from "../../resource";
import { defineRule, type Outcome } from "../../rule";
import { texts } from "../../settings";
import { refersTo } from "../references";
import { decodeScript, missingFromIdleShutdown } from "./lifecycle-script";
import { NOTEBOOK, NOTEBOOK_LIFECYCLE } from "./types";

interface Config {
  acceptedCommands: string[];
}

const FIX = [
  "const lifecycle = new aws.sagemaker.NotebookInstanceLifecycleConfiguration(name, {",
  '  // Every 5 minutes: `aws sagemaker stop-notebook-instance --notebook-instance-name "$NAME"` once Jupyter is idle.',
  '  onStart: Buffer.from(stopWhenIdleScript).toString("base64"),',
  "});",
  "new aws.sagemaker.NotebookInstance(name, { lifecycleConfigName: lifecycle.name, … });",
].join("\n");

export const notebookIdleShutdown = defineRule<Config>({
  name: "notebook-idle-shutdown",
  what: "A notebook stops itself when nobody uses it.",
  why: "A notebook costs the same whether somebody works on it or forgot it, and a forgotten one stays open to whoever finds it.",
  howToFix:
    "Give it a lifecycle configuration whose `onStart` script installs a timer that asks Jupyter when it was last used and calls StopNotebookInstance. `onCreate` is not enough: what it installs outside the data volume is gone after the first stop. The notebook's role needs `sagemaker:StopNotebookInstance` on itself.",
  example: FIX,
  severity: "medium",
  level: "mandatory",
  standards: { nist80053r5: "AC-2(5), AC-12" },
  config: {
    acceptedCommands: texts(
      ["autostop.py"],
      "Programs whose name in an onStart script counts as a call of StopNotebookInstance, such as AWS's sample autostop.py.",
    ),
  },
  types: [NOTEBOOK],
  *inStack(notebook, stack, { config }): Generator<Outcome> {
    const lifecycle = stack
      .ofType(NOTEBOOK_LIFECYCLE)
      .find((each) => refersTo(notebook, "lifecycleConfigName", each));
    if (lifecycle !== undefined) {
      yield* whereKnown(() => judgeScript(notebook, lifecycle, config));
      return;
    }
    const name = notebook.properties["lifecycleConfigName"];
    yield name
      ? {
          message: `${notebook.name} uses the lifecycle configuration ${name}, which is not in this stack: nothing shows that it stops the notebook.`,
          fix: FIX,
        }
      : { message: `${notebook.name} has no lifecycle configuration that stops it.`, fix: FIX };
  },
});

function* judgeScript(
  notebook: JudgedResource,
  lifecycle: JudgedResource,
  config: Readonly<Config>,
): Generator<Outcome> {
  const encoded = lifecycle.properties["onStart"];
  const problem = encoded
    ? problemOf(encoded, config)
    : "has no onStart script; onCreate alone runs before the first start only";
  if (problem !== undefined) {
    yield {
      resource: notebook,
      message: `${notebook.name} does not stop when it is idle: its lifecycle configuration ${lifecycle.name} ${problem}.`,
      fix: FIX,
    };
  }
}

function problemOf(encoded: string, config: Readonly<Config>): string | undefined {
  const script = decodeScript(encoded);
  if (script === undefined) {
    return "has an onStart script that is not base64";
  }
  const missing = missingFromIdleShutdown(script, config.acceptedCommands);
  return missing === undefined ? undefined : `has an onStart script that ${missing}`;
}
