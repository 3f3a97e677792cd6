import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

import { parse } from "yaml";

import { joined } from "../../policies/resource";

/** The encrypted values of a stack file by their path; a digest of the cipher text tells whether one was changed. */
export function stackSecrets(file: string): Record<string, string> {
  const found: Record<string, string> = {};
  const collect = (value: unknown, path: string): void => {
    if (typeof value !== "object" || value === null) {
      return;
    }
    const { secure } = value as { readonly secure?: unknown };
    if (typeof secure === "string") {
      found[path] = createHash("sha256").update(secure).digest("hex");
      return;
    }
    for (const [key, each] of Object.entries(value)) {
      collect(each, joined(path, key, value));
    }
  };
  const { config } = (parse(readFileSync(file, "utf8")) ?? {}) as { readonly config?: unknown };
  collect(config, "");
  return found;
}
