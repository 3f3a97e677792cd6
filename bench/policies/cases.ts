import { readFileSync } from "node:fs";
import path from "node:path";

/** A document with what IAM's semantics say of it. */
export interface Case {
  readonly id: string;
  /** The document's JSON text, or what stands in its place. */
  readonly text: string;
  /** The answers are null where AWS would not accept it, and nothing else is asked. */
  readonly expected: {
    /** Whether it allows every action of a service, present and future, on every resource, without restricting condition. */
    readonly fullAccess: boolean | null;
    /** Whether it allows an invoke action on endpoints of any name, without restricting condition. */
    readonly invokeUnscoped: boolean | null;
    readonly analysable: boolean;
  };
}

/** The hand-written cases. A document that is written as a string is the raw text. */
export function readCases(): Case[] {
  return ["full-access", "invoke", "cancelled", "clean", "malformed"].flatMap((group) => {
    const file = path.join(__dirname, "../../policies/iam/cases", `${group}.json`);
    const written = JSON.parse(readFileSync(file, "utf8")) as (Case & { document: unknown })[];
    return written.map(({ id, expected, document }) => {
      const text = typeof document === "string" ? document : JSON.stringify(document);
      return { id, expected, text };
    });
  });
}
