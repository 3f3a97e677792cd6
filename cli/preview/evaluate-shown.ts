import { loadWhenNeeded } from "../commands/load-when-needed";
import { Progress } from "../output/progress";
import type * as evaluating from "./evaluate-stack";
import type { StackSettings } from "./stack-file";

/** Evaluates a stack offline, and says so before everything that this needs is loaded. */
export function evaluateShown(
  settings: StackSettings,
): ReturnType<typeof evaluating.evaluateStack> {
  return new Progress().step(`Evaluating the stack ${settings.stack}`, () =>
    loadWhenNeeded<typeof evaluating>("preview/evaluate-stack").evaluateStack(settings),
  );
}
