import type { Mocks } from "@pulumi/pulumi/runtime/mocks";

import { createAwsMocks } from "../../infra/offline/aws-mocks";
import { type EvaluatedProgram, evaluateProgram } from "../../infra/offline/program";
import { OFFLINE_ACCOUNT } from "../offline-account";
import { step } from "../output/progress";
import { PROGRAM } from "../repository";
import { regionOf, type StackSettings } from "./stack-file";

/** The answers of AWS that a stack's evaluation gets. */
export function offlineMocks(settings: StackSettings): Mocks {
  return createAwsMocks({ accountId: OFFLINE_ACCOUNT, region: regionOf(settings) });
}

/** Evaluates this repository's own program offline with a stack's settings. */
export function evaluateStack(settings: StackSettings): Promise<EvaluatedProgram> {
  return evaluateProgram(PROGRAM, settings, offlineMocks(settings));
}

/** The same, under a title, which is shown before everything that this needs is loaded. */
export function evaluateShown(settings: StackSettings): Promise<EvaluatedProgram> {
  return step(`Evaluating the stack ${settings.stack}`, () => evaluateStack(settings));
}
