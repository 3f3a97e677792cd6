import { defineRule, type Outcome } from "../../rule";
import { exceptEnvironments, unlessIn } from "../stack/environments";
import { NOTEBOOK } from "./types";

const FIX = 'directInternetAccess: "Disabled", subnetId: subnet.id, securityGroups: [group.id],';

export const notebookNoDirectInternet = defineRule({
  name: "notebook-no-direct-internet",
  what: "No notebook has a way to the internet that goes around your VPC.",
  why: "Who can run code in the notebook could send the data that its role reads anywhere, past every rule of your network.",
  howToFix:
    "Put the notebook into a subnet; a NAT gateway or VPC endpoints give it what it needs. AWS can't change this on an existing notebook: it is replaced, so save what is on its disk first. The repair sets `directInternetAccess` of a notebook that has a subnet; it can't choose one, and AWS refuses the one without the other.",
  example: ["new aws.sagemaker.NotebookInstance(name, {", `  ${FIX}`, "  …", "});"],
  severity: "high",
  level: "remediate",
  standards: {
    nist80053r5:
      "AC-21, AC-3, AC-3(7), AC-4, AC-4(21), AC-6, SC-7, SC-7(11), SC-7(16), SC-7(20), SC-7(21), SC-7(3), SC-7(4), SC-7(9)",
    securityHub: "SageMaker.1, SageMaker.2",
  },
  config: { exceptEnvironments },
  types: [NOTEBOOK],
  *check(notebook, { config }): Generator<Outcome> {
    const { name, properties, known } = notebook;
    const value = properties["directInternetAccess"] || "not set, which AWS takes for Enabled";
    if (value !== "Disabled") {
      yield* unlessIn(config.exceptEnvironments, notebook, {
        message: `${name} has direct internet access (directInternetAccess is ${value}).`,
        fix: FIX,
        // A subnet that is not known yet is there.
        ...(known["subnetId"] ? { repair: { directInternetAccess: "Disabled" } } : {}),
      });
    } else if (!properties["subnetId"]) {
      yield {
        message: `${name} has no direct internet access and no subnetId: AWS accepts the one only with the other.`,
        fix: FIX,
      };
    }
  },
});
