import { step } from "../output/progress";
import { evaluateStack } from "./evaluate-stack";
import type { StackSettings } from "./stack-file";

/** Evaluates a stack offline, and says so before everything that this needs is loaded. */
export function evaluateShown(settings: StackSettings): ReturnType<typeof evaluateStack> {
  return step(`Evaluating the stack ${settings.stack}`, () => evaluateStack(settings));
}
