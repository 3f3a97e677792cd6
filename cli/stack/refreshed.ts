import { isDeepStrictEqual } from "node:util";

import type { EngineEvent } from "@pulumi/pulumi/automation";

/** A resource that AWS has otherwise than the stack's state says. */
export interface Refreshed {
  readonly urn: string;
  readonly type: string;
  readonly isDeleted: boolean;
  /** Names of the properties that differ; no values, which may be nobody's to read. */
  readonly properties: readonly string[];
}

/**
 * What an event of a refresh says to be different. A refresh lists every resource; what was found is in the events of outputs
 * alone, as the operation that would make the state follow.
 */
export function refreshed({ resOutputsEvent }: EngineEvent): Refreshed | undefined {
  if (resOutputsEvent === undefined) {
    return undefined;
  }
  const { op, urn, type, old, new: now } = resOutputsEvent.metadata;
  if (op !== "update" && op !== "delete") {
    return undefined;
  }
  const isDeleted = op === "delete";
  const keys = (["inputs", "outputs"] as const).flatMap((side) =>
    isDeleted ? [] : differing(old?.[side] ?? {}, now?.[side] ?? {}),
  );
  return { urn, type, isDeleted, properties: [...new Set(keys)] };
}

function differing(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): string[] {
  return Object.keys({ ...before, ...after }).filter(
    (key) => !isDeepStrictEqual(before[key], after[key]),
  );
}
