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
  *check({ name, properties }): Generator<Outcome> {
    const value = properties["rootAccess"] ?? "not set, which AWS takes for Enabled";
    if (value !== "Disabled") {
      yield {
        message: `Users are root on ${name} (rootAccess is ${value}).`,
        fix: FIX,
        repair: { rootAccess: "Disabled" },
      };
    }
  },
});
