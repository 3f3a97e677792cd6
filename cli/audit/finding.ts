import { count } from "../output/quantities";

/** What an audit looks for. */
export type Check =
  | "root-user"
  | "access-key-unused"
  | "role-unused"
  | "left-behind"
  | "full-access"
  | "endpoint-idle"
  | "notebook-idle"
  | "bucket-public"
  | "image-unused";

/** What would end a finding. It runs only once somebody has confirmed it. */
export interface Removal {
  /** As a command: `delete the role NAME`. */
  readonly what: string;
  readonly run: () => Promise<unknown>;
}

/** Something in an account that should not be so. */
export interface Finding {
  readonly check: Check;
  /** Its name, or its ARN where a name does not say what it is. */
  readonly resource: string;
  /** What is wrong, and since when. */
  readonly message: string;
  /** The stack that it belongs to, `PROJECT/STACK`; null where no stack's tag says so. */
  readonly owner: string | null;
  /** Absent where a person has to decide what takes its place. */
  readonly removal?: Removal;
}

/** When things count as unused. */
export interface Limits {
  readonly now: Date;
  /** Days without use after which roles and access keys are unused. */
  readonly unusedDays: number;
  /** Days without an invocation after which endpoints, and days of running after which notebooks, are idle. */
  readonly idleDays: number;
}

/** Whether a moment is longer ago than so many days; what has no date is not. */
export function isOlder(then: Date | undefined, days: number, now: Date): boolean {
  return then !== undefined && now.getTime() - then.getTime() > days * 86_400_000;
}

export function daysSince(then: Date, now: Date): string {
  const days = Math.floor((now.getTime() - then.getTime()) / 86_400_000);
  return `${count(days, "day")} ago`;
}

/**
 * A removal, unless a stack owns the thing: what a stack has made goes with the stack, or comes back with its next update.
 */
export function unlessOwned(owner: string | null, removal: Removal): { removal?: Removal } {
  return owner === null ? { removal } : {};
}
