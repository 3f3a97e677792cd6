import { defineRule, type Outcome } from "../../rule";
import { exceptEnvironments, unlessIn } from "../stack/environments";
import { NOTEBOOK } from "./types";

const FIX = "kmsKeyId: key.arn,";

export const notebookKmsKey = defineRule({
  name: "notebook-kms-key",
  what: "A notebook's disk is encrypted with a KMS key of your own.",
  why: "AWS encrypts it with a key that you can neither restrict nor withdraw; with your own you decide who may read a copy of the disk, and see who did.",
  example: `new aws.sagemaker.NotebookInstance(name, { ${FIX} … });`,
  severity: "medium",
  level: "advisory",
  standards: { nist80053r5: "SC-12(2), SC-28, SC-28(1)" },
  config: { exceptEnvironments },
  types: [NOTEBOOK],
  *check(notebook, { config }): Generator<Outcome> {
    if (notebook.properties["kmsKeyId"]) {
      return;
    }
    const message = `The disk of ${notebook.name} does not have its own KMS key.`;
    yield* unlessIn(config.exceptEnvironments, notebook, { message, fix: FIX });
  },
});
