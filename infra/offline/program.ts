import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { projectRoot } from "../project-root";
import { record, type Recording, type RecordOptions } from "./recorder";

/** Forgets every module of the program, so that the next `require` evaluates it again. */
function forgetProgram(): void {
  const infra = path.join(projectRoot, "infra") + path.sep;
  const kept = ["offline", "testing"].map((folder) => path.join(infra, folder) + path.sep);
  for (const file of Object.keys(require.cache)) {
    if (file.startsWith(infra) && !kept.some((folder) => file.startsWith(folder))) {
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
      delete require.cache[file];
    }
  }
}

/**
 * Evaluates the whole program, as `pulumi preview` or `pulumi up` would, and records it.
 *
 * @returns the resources, and the stack outputs as the result
 */
export function recordProgram(
  options: RecordOptions = {},
): Promise<Recording<Record<string, unknown>>> {
  const evaluate = (): Promise<Record<string, unknown>> => {
    forgetProgram();
    // Pulumi's language host loads the program the same way.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    return Promise.resolve(require("../index") as Record<string, unknown>);
  };
  const outputs = (): Promise<Record<string, unknown>> =>
    pulumi.runtime.runInPulumiStack(evaluate) as Promise<Record<string, unknown>>;
  return record(outputs, options) as Promise<Recording<Record<string, unknown>>>;
}
