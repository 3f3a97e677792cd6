import type { Request } from "../../policies/iam/evaluate";

/** A request as one line. */
export function requestText({ principal, action, resource, context }: Request): string {
  const by = principal === undefined ? "" : ` by ${Object.values(principal).join(", ")}`;
  const keys = Object.entries(context)
    .map(([key, value]) => `${key} ${[value].flat().join(", ")}`)
    .join("; ");
  const on = resource === "*" && principal !== undefined ? "" : ` on ${resource}`;
  return `${action}${on}${by}${keys === "" ? "" : ` where ${keys}`}`;
}
