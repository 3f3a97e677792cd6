import { readFileSync } from "node:fs";
import path from "node:path";

/** What IAM's semantics say of a document; null where the document is malformed and nothing else is asked. */
export interface Expectation {
  /** Whether it allows every action of a service, present and future, on every resource, without restricting condition. */
  readonly fullAccess: boolean | null;
  /** Whether it allows an invoke action on endpoints of any name, without restricting condition. */
  readonly invokeUnscoped: boolean | null;
  /** Whether AWS would accept it. */
  readonly analysable: boolean;
}

/** A document with what is true of it. */
export interface Case {
  readonly id: string;
  readonly group: string;
  /** The document's JSON text, or what stands in its place. */
  readonly text: string;
  readonly why: string;
  readonly expected: Expectation;
}

/** The groups of hand-written cases, each a file in `policies/iam/cases/`. */
export const GROUPS = ["full-access", "invoke", "cancelled", "clean", "malformed"] as const;

type WrittenCase = Omit<Case, "group" | "text"> & { readonly document: unknown };

/** The hand-written cases. A document that is written as a string is the raw text. */
export function readCases(): Case[] {
  return GROUPS.flatMap((group) => {
    const file = path.join(__dirname, "../../policies/iam/cases", `${group}.json`);
    const written = JSON.parse(readFileSync(file, "utf8")) as WrittenCase[];
    return written.map(({ id, why, expected, document }) => ({
      id,
      group,
      why,
      expected,
      text: typeof document === "string" ? document : JSON.stringify(document),
    }));
  });
}
