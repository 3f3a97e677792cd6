import type { Command } from "commander";

import { withCheckedStack } from "./checked-stack";
import { loadWhenNeeded } from "./load-when-needed";
import type * as previewing from "../preview/preview-repository";
import type * as projects from "../preview/project";
import type * as reporting from "../preview/report";

/** `kennel preview`: the program under mocks, judged by the real analyzer; exit code 1 on a mandatory violation. */
export function addPreviewCommand(program: Command): void {
  withCheckedStack(
    program
      .command("preview")
      .description(
        "Check a stack without AWS: evaluate the Pulumi project of this folder (else Kennel's own) and apply the policy pack.",
      )
      .option("--project <folder>", "the Pulumi project's folder; defaults to the current one"),
  )
    .option("--policy-config <file>", "levels and settings of rules, as JSON")
    .option("--verbose", "list every resource")
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
