import type { JudgedResource } from "../../resource";
import { defineRule, type Outcome } from "../../rule";
import { NOTEBOOK } from "./types";

const FIX = 'rootAccess: "Disabled",';

export const notebookNoRoot = defineRule({
  name: "notebook-no-root",
  what: "The users of a notebook do not have root access.",
  why: "Root can switch off what stops an idle notebook, read other users' files and change what runs at every start.",
  howToFix: "Lifecycle scripts run as root all the same: install there what needs it.",
  example: `new aws.sagemaker.NotebookInstance(name, { ${FIX} … });`,
  severity: "high",
  level: "remediate",
  standards: {
    nist80053r5: "AC-2(1), AC-3(15), AC-3(7), AC-6, AC-6(10), AC-6(2)",
    securityHub: "SageMaker.3",
  },
  types: [NOTEBOOK],
  *check(notebook): Generator<Outcome> {
    if (hasRoot(notebook)) {
      const value = (notebook.properties["rootAccess"] ??
        "not set, which AWS takes for Enabled") as string;
      yield { message: `Users are root on ${notebook.name} (rootAccess is ${value}).`, fix: FIX };
    }
  },
  remediate: (notebook) => (hasRoot(notebook) ? { rootAccess: "Disabled" } : undefined),
});

/** AWS's default is Enabled. */
function hasRoot(notebook: JudgedResource): boolean {
  return notebook.properties["rootAccess"] !== "Disabled";
}
