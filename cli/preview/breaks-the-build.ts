import type { Finding } from "./analyzer";

/** A rule at level `remediate` that still finds something was not remedied: the engine treats it as mandatory. */
export function breaksTheBuild(finding: Finding): boolean {
  return finding.level === "mandatory" || finding.level === "remediate";
}
