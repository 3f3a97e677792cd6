import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";

import { parse } from "yaml";

/** The stacks that have a file in the project directory, sorted. */
export function stackNames(projectDirectory: string): string[] {
  return readdirSync(projectDirectory)
    .map((name) => /^Pulumi\.([\w.-]+)\.ya?ml$/.exec(name)?.[1])
    .filter((name): name is string => name !== undefined)
    .sort();
}

/** The endpoints that a stack's file declares; none where it can't be read: the verb itself says why. */
export function endpointNames(projectDirectory: string, stack = "dev"): string[] {
  try {
    const file = path.join(projectDirectory, `Pulumi.${stack}.yaml`);
    const { config } = parse(readFileSync(file, "utf8")) as {
      config: Record<string, object | undefined>;
    };
    return Object.keys(config["kennel:endpoints"] ?? {});
  } catch {
    return [];
  }
}
