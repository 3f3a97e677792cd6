import { isDeepStrictEqual } from "node:util";

import type { StackOutputs } from "../../infra/stack-outputs";
import { Refusal } from "../output/failure";
import type { StackSettings } from "../preview/stack-file";

/** A resource that the account does not have as the state says. */
export interface Drift {
  readonly type: string;
  readonly name: string;
  /** What is different, in a sentence. */
  readonly what: string;
}

/** A successful update of the past. */
export interface FormerUpdate {
  /** When it ended. */
  readonly at: Date;
  /** Models by endpoint, as a stack's configuration may name them. */
  readonly models: Readonly<Record<string, string>>;
  /** The configuration that it had, without secrets. */
  readonly config: StackSettings["config"];
}

/** A stack that can be read and changed, wherever it is. */
export interface Stack {
  readonly name: string;
  readonly kind: "pulumi" | "sandbox";
  /** The configuration as it is written now. */
  settings(): StackSettings;
  /** @throws UserError where the stack has not been created. */
  outputs(): Promise<StackOutputs>;
  /**
   * Makes the account what the configuration says.
   *
   * @param tell takes a line for each resource that is changed, and what the program says meanwhile
   */
  update(tell?: (line: string) => void): Promise<void>;
  /** What somebody else has changed or deleted. */
  drift(): Promise<readonly Drift[]>;
  /** Successful updates, newest first. */
  history(): Promise<readonly FormerUpdate[]>;
}

/** What has become of a resource, in a line: `created Endpoint main`. */
export function changeLine(
  change: "created" | "updated" | "replaced" | "deleted",
  type: string,
  name: string,
): string {
  return `${change} ${type.split(":").at(-1)} ${name}`;
}

/** Names of the properties that differ. */
export function differences(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): string[] {
  return Object.keys({ ...before, ...after }).filter(
    (property) => !isDeepStrictEqual(before[property], after[property]),
  );
}

/** The update was stopped in order: what was under way is done, and the state knows it. */
export class UpdateInterrupted extends Refusal {}

/** Another update of the stack is running. */
export class UpdateInProgress extends Refusal {}
