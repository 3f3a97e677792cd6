import path from "node:path";

import type { Mocks } from "@pulumi/pulumi/runtime/mocks";

import { evaluateProgram } from "../../infra/offline/program";
import type { RegisteredResource } from "../../infra/offline/registrations";
import { Analyzer, type Finding, type PolicyConfiguration } from "./analyzer";
import { breaksTheBuild } from "./breaks-the-build";
import { regionOf, type StackSettings } from "./stack-file";

/** What to preview: a program, the settings of one stack, and the pack that judges it. */
export interface PreviewArgs {
  readonly program: string;
  readonly settings: StackSettings;
  readonly mocks: Mocks;
  readonly packDirectory: string;
  readonly policyConfiguration?: PolicyConfiguration;
  /** Where the policy configuration comes from. */
  readonly policyConfigurationFile?: string | undefined;
}

/** A judged stack. */
export interface Preview {
  readonly project: string;
  readonly stack: string;
  readonly policyPack: string;
  /** The file that levels and settings of rules come from; undefined where the rules keep their own. */
  readonly policyConfiguration: string | undefined;
  readonly region: string;
  readonly rules: readonly string[];
  readonly resources: readonly RegisteredResource[];
  readonly findings: readonly Finding[];
  readonly outputs: Readonly<Record<string, unknown>>;
  /** `fail` where a mandatory rule is broken. */
  readonly verdict: "pass" | "fail";
}

/** Evaluates the program offline and has the pack judge each resource and the stack; both start side by side. */
export async function previewStack(args: PreviewArgs): Promise<Preview> {
  const starting = Analyzer.start(path.resolve(args.packDirectory));
  // The program's own error is the one to report: the pack's start is awaited after it.
  starting.catch(() => undefined);
  try {
    const evaluated = await evaluateProgram(args.program, args.settings, args.mocks);
    const analyzer = await starting;
    // A default and not `??`: a file may hold null, which is refused.
    const { policyConfiguration = {} } = args;
    await analyzer.configure(policyConfiguration);
    const { name, rules } = await analyzer.describe();
    const findings = await analyzer.judge(evaluated.resources, args.settings.config);
    return {
      project: args.settings.project,
      stack: args.settings.stack,
      policyPack: name,
      policyConfiguration: args.policyConfigurationFile,
      region: regionOf(args.settings),
      rules,
      resources: evaluated.resources,
      findings,
      outputs: evaluated.outputs,
      verdict: findings.some(breaksTheBuild) ? "fail" : "pass",
    };
  } finally {
    await starting.then((analyzer) => analyzer.stop()).catch(() => undefined);
  }
}
