import path from "node:path";

import { evaluateProgram } from "../../infra/offline/program";
import type { RegisteredResource } from "../../infra/offline/registrations";
import { Analyzer } from "./analyzer";
import { offlineMocks } from "./evaluate-stack";
import { breaksTheBuild, type Finding } from "./finding";
import type { ChosenConfiguration } from "./policy-configuration";
import { regionOf, type StackSettings } from "./stack-file";

/** What to preview: a program, the settings of one stack, and the pack that checks it. */
export interface PreviewArgs {
  readonly program: string;
  readonly settings: StackSettings;
  readonly packDirectory: string;
  /** Without it, the rules keep their own levels. */
  readonly policies?: Partial<ChosenConfiguration>;
}

/** A stack that was checked. */
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

/** Evaluates the program offline and has the pack check each resource and the stack; both start side by side. */
export async function previewStack({
  program,
  settings,
  packDirectory,
  policies = {},
}: PreviewArgs): Promise<Preview> {
  const starting = Analyzer.start(path.resolve(packDirectory));
  // The program's own error is the one to report: the pack's start is awaited after it.
  starting.catch(() => undefined);
  try {
    const { resources, outputs } = await evaluateProgram(program, settings, offlineMocks(settings));
    const analyzer = await starting;
    // A default and not `??`: a file may hold null, which is refused.
    const { configuration = {} } = policies;
    await analyzer.configure(configuration);
    const { name, rules } = await analyzer.describe();
    const findings = await analyzer.judge(resources, settings.config);
    return {
      ...{ project: settings.project, stack: settings.stack, region: regionOf(settings) },
      ...{ policyPack: name, policyConfiguration: policies.file, rules },
      ...{ resources, findings, outputs },
      verdict: findings.some(breaksTheBuild) ? "fail" : "pass",
    };
  } finally {
    await starting.then((analyzer) => analyzer.stop()).catch(() => undefined);
  }
}
