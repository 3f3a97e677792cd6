import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Engine, hasPulumi, type EngineAnswer } from "./engine";

/**
 * An engine for the tests of the enclosing `describe`, which are skipped where there is no Pulumi CLI.
 *
 * @param stack the stack's name
 */
export function useEngine(stack?: string): Engine {
  const engine = new Engine(stack);
  before(async function () {
    if (!hasPulumi()) {
      this.skip();
    }
    await engine.start();
  });
  after(() => {
    engine.stop();
  });
  return engine;
}

/** The output of a command that must succeed. */
export async function succeed(command: Promise<EngineAnswer>): Promise<string> {
  const { code, output } = await command;
  assert.equal(code, 0, output);
  return output;
}

/** The output of a command that must fail, without a stack trace. */
export async function fail(command: Promise<EngineAnswer>): Promise<string> {
  const { code, output } = await command;
  assert.notEqual(code, 0, output);
  assert.doesNotMatch(output, /at .*\.ts:\d+/);
  return output;
}

/** What was created, updated and deleted since the last time, in order, such as `create Endpoint`. */
export function callsSince({ provider }: Engine): string[] {
  return provider.calls
    .splice(0)
    .map(({ operation, type }) => `${operation} ${type.split(":").at(-1)}`);
}

/** The sample model's directory, which is the test's own: {@link retrain} changes it. */
export const model = "samples/model";

/** Puts another model in the place of the sample model. */
export function retrain(
  { sources }: Engine,
  classes: readonly string[] = ["new", "classes"],
): void {
  writeFileSync(join(sources, model, "classes.json"), JSON.stringify(classes));
}
