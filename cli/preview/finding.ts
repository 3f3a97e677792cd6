import { count } from "../output/quantities";

export type EnforcementLevel = "advisory" | "mandatory" | "remediate" | "disabled";

/** One sentence of the verdict: which rule says what about which resource. */
export interface Finding {
  readonly level: EnforcementLevel;
  readonly rule: string;
  /** The resource's URN; empty for a finding about the stack as a whole. */
  readonly resource: string;
  readonly message: string;
}

/** A rule at level `remediate` that still finds something was not remedied: the engine treats it as mandatory. */
export function breaksTheBuild({ level }: Finding): boolean {
  return level === "mandatory" || level === "remediate";
}

/** Such as `2 violations, 1 advisory`. */
export function inNumbers(findings: readonly Finding[]): string {
  const violations = findings.filter(breaksTheBuild).length;
  const advisory = findings.length - violations;
  return `${count(violations, "violation")}, ${advisory} advisory`;
}
