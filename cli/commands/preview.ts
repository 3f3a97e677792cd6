import type { Command } from "@commander-js/extra-typings";

import { previewRepository } from "../preview/preview-repository";
import { chooseProject } from "../preview/project";
import { previewAsJson, renderPreview } from "../preview/report";
import { print } from "../output/print";
import { step } from "../output/progress";
import { configFileOption, policyPackOption, stackOption } from "./stack-options";

const EXAMPLES = `
Examples:
  kennel preview                       # the stack dev of this folder's project
  kennel preview --stack prod --json
  kennel preview --config-file systems/Pulumi.004.yaml --verbose

Exit code 1: a mandatory rule is broken.`;

/** `kennel preview`: the program under mocks, checked by the policy pack as Pulumi's engine does. */
export function addPreviewCommand(program: Command): void {
  program
    .command("preview")
    .description(
      "Check a stack without AWS: evaluate the Pulumi project of this folder (else Kennel's own) and apply the policy pack.",
    )
    .option("--project <folder>", "the Pulumi project's folder; defaults to the current one")
    .addOption(stackOption)
    .addOption(configFileOption)
    .addOption(policyPackOption)
    .option("--policy-config <file>", "levels and settings of rules, as JSON")
    .option("--verbose", "list every resource")
    .option("--json", "print resources, findings, outputs and verdict as JSON")
    .addHelpText("after", EXAMPLES)
    .action(async ({ json, verbose, ...options }) => {
      const project = chooseProject(options.project);
      const judged = await step("Checking the stack with the policy pack", () =>
        previewRepository({ ...options, project }),
      );
      print(json, previewAsJson(judged), () => renderPreview(judged, verbose));
      process.exitCode = judged.verdict === "pass" ? 0 : 1;
    });
}
