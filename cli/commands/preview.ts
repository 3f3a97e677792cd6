import { readFileSync } from "node:fs";

import type { Command } from "commander";

import { createAwsMocks } from "../../infra/testing/aws-mocks";
import { UserError } from "../output/failure";
import type { PolicyConfiguration } from "../preview/analyzer";
import { type Preview, previewStack } from "../preview/preview";
import { previewAsJson, renderPreview } from "../preview/report";
import { readStack, readStackFile, type StackSettings } from "../preview/stack-file";
import { POLICY_PACK, PROGRAM, REPOSITORY } from "../repository";

interface PreviewOptions {
  readonly stack?: string;
  readonly configFile?: string;
  readonly policyPack: string;
  readonly policyConfig?: string;
  readonly json?: boolean;
}

/** `kennel preview`: the program under mocks, judged by the real analyzer; exit code 1 on a mandatory violation. */
export function addPreviewCommand(program: Command): void {
  program
    .command("preview")
    .description("Judge a stack offline: the Pulumi program under mocks, the policy pack for real.")
    .option("-s, --stack <name>", "the stack whose Pulumi.<name>.yaml is read (default: dev)")
    .option("--config-file <file>", "a stack configuration file anywhere, instead of --stack")
    .option("--policy-pack <folder>", "the policy pack that judges", POLICY_PACK)
    .option("--policy-config <file>", "levels and settings of rules, as JSON")
    .option("--json", "print resources, findings, outputs and verdict as JSON")
    .action(async (options: PreviewOptions) => {
      const preview = await previewRepository(options);
      console.log(
        options.json === true
          ? JSON.stringify(previewAsJson(preview), null, 2)
          : renderPreview(preview),
      );
      process.exitCode = preview.verdict === "pass" ? 0 : 1;
    });
}

/** Previews this repository's own program for the chosen stack. */
export async function previewRepository(options: PreviewOptions): Promise<Preview> {
  const settings = chooseSettings(options);
  return previewStack({
    program: PROGRAM,
    settings,
    mocks: createAwsMocks({
      accountId: OFFLINE_ACCOUNT,
      region: settings.config["aws:region"] ?? "us-east-1",
    }),
    packDirectory: options.policyPack,
    policyConfiguration: readPolicyConfiguration(options.policyConfig),
  });
}

/** The account number that AWS's own documentation uses in examples. */
const OFFLINE_ACCOUNT = "123456789012";

function chooseSettings(options: PreviewOptions): StackSettings {
  if (options.stack !== undefined && options.configFile !== undefined) {
    throw new UserError("--stack and --config-file both name the configuration; give one of them.");
  }
  return options.configFile === undefined
    ? readStack(REPOSITORY, options.stack ?? "dev")
    : readStackFile(REPOSITORY, options.configFile);
}

function readPolicyConfiguration(file: string | undefined): PolicyConfiguration {
  if (file === undefined) {
    return {};
  }
  try {
    return JSON.parse(readFileSync(file, "utf8")) as PolicyConfiguration;
  } catch (error) {
    throw new UserError(
      `can't read the policy configuration ${file}: ${(error as Error).message}. ` +
        'It is JSON of rule names to levels or settings, for example {"no-full-access": "mandatory"}.',
    );
  }
}
