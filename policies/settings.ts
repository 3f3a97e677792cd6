import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema";

/** A setting of a rule: what a configuration may say, and what holds where it says nothing. */
export type Setting<Value> = PolicyConfigJSONSchema & {
  readonly description: string;
  readonly default: Value;
};

/** A list of texts. */
export function texts(fallback: readonly string[], description: string): Setting<string[]> {
  return { type: "array", items: { type: "string" }, default: [...fallback], description };
}

/** A list of ports. */
export function ports(fallback: readonly number[], description: string): Setting<number[]> {
  const items = { type: "integer", minimum: 0, maximum: 65535 } as const;
  return { type: "array", items, default: [...fallback], description };
}

/** A whole number. */
export function count(
  fallback: number,
  description: string,
  minimum = 1,
  maximum?: number,
): Setting<number> {
  return { type: "integer", minimum, ...(maximum && { maximum }), default: fallback, description };
}

/** A number from 0. */
export function amount(fallback: number, description: string, maximum?: number): Setting<number> {
  return {
    type: "number",
    minimum: 0,
    ...(maximum && { maximum }),
    default: fallback,
    description,
  };
}

/** One of some words. */
export function choice<Word extends string>(
  words: readonly Word[],
  fallback: Word,
  description: string,
): Setting<Word> {
  return { type: "string", enum: [...words], default: fallback, description };
}
