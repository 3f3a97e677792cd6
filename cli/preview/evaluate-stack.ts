import type { Mocks } from "@pulumi/pulumi/runtime/mocks";

import { createAwsMocks } from "../../infra/offline/aws-mocks";
import { PROGRAM } from "../repository";
import { type EvaluatedProgram, evaluateProgram } from "./evaluate-program";
import type { StackSettings } from "./stack-file";

/** The account number that AWS's own documentation uses in examples. */
export const OFFLINE_ACCOUNT = "123456789012";

/** The region that a stack's configuration names. */
export function regionOf({ config }: StackSettings): string {
  return config["aws:region"] ?? "us-east-1";
}

/** The answers of AWS that a stack's evaluation gets. */
export function offlineMocks(settings: StackSettings): Mocks {
  return createAwsMocks({ accountId: OFFLINE_ACCOUNT, region: regionOf(settings) });
}

/** Evaluates this repository's own program offline with a stack's settings. */
export function evaluateStack(settings: StackSettings): Promise<EvaluatedProgram> {
  return evaluateProgram(PROGRAM, settings, offlineMocks(settings));
}
