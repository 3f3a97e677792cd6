import { type Command, Option } from "commander";

import { loadWhenNeeded } from "./load-when-needed";
import type * as previewing from "../preview/preview-repository";
import type * as projects from "../preview/project";
import type * as reporting from "../preview/report";
import { POLICY_PACK } from "../repository";

/** `kennel preview`: the program under mocks, judged by the real analyzer; exit code 1 on a mandatory violation. */
export function addPreviewCommand(program: Command): void {
  program
    .command("preview")
    .description(
      "Check a stack without AWS: evaluate the Pulumi project of this folder (else Kennel's own) and apply the policy pack.",
    )
    .option("--project <folder>", "a folder of the Pulumi project; defaults to the current one")
    .option("-s, --stack <name>", "the stack whose Pulumi.<name>.yaml is read (default: dev)")
    .option("--config-file <file>", "a stack configuration file anywhere, instead of --stack")
    .addOption(
      new Option("--policy-pack <folder>", "the policy pack to check with").default(
        POLICY_PACK,
        "Kennel's own",
      ),
    )
    .option("--policy-config <file>", "levels and settings of rules, as JSON")
    .option("--verbose", "list every resource, also where nothing is found")
    .option("--json", "print resources, findings, outputs and verdict as JSON")
    .action(preview);
}

async function preview(
  options: previewing.PreviewOptions & { readonly verbose?: boolean; readonly json?: boolean },
): Promise<void> {
  const { previewRepository } = loadWhenNeeded<typeof previewing>("preview/preview-repository");
  const { previewAsJson, renderPreview } = loadWhenNeeded<typeof reporting>("preview/report");
  const { chooseProject } = loadWhenNeeded<typeof projects>("preview/project");
  const judged = await previewRepository({
    ...options,
    project: chooseProject(options.project),
  });
  console.log(
    options.json === true
      ? JSON.stringify(previewAsJson(judged), null, 2)
      : renderPreview(judged, options.verbose),
  );
  process.exitCode = judged.verdict === "pass" ? 0 : 1;
}
