import { readFileSync } from "node:fs";
import path from "node:path";
import type { Explanation } from "./explain";

/** What the table keeps of one AWS managed policy. */
interface ManagedPolicy {
  /** The services of which it allows every action on every resource; `*` for all. */
  readonly services: readonly string[];
}

const TABLE = path.join(__dirname, "managed-policies.generated.json");
let table: ReadonlyMap<string, ManagedPolicy> | undefined;

function policies(): ReadonlyMap<string, ManagedPolicy> {
  // A map: an ARN may end with any name, such as one that every object has.
  table ??= new Map(
    Object.entries(
      (JSON.parse(readFileSync(TABLE, "utf8")) as { policies: Record<string, ManagedPolicy> })
        .policies,
    ),
  );
  return table;
}

/** The name of an AWS managed policy, whatever its partition and path; undefined for any other ARN. */
export function managedPolicyName(arn: string): string | undefined {
  return /^arn:[^:]*:iam::aws:policy\/(?:.*\/)?([^/]+)$/i.exec(arn.trim())?.[1];
}

/** The services of which an AWS managed policy allows everything, as far as the table knows; `*` for all. */
export function managedPolicyServices(arn: string): readonly string[] {
  return policies().get(managedPolicyName(arn) ?? "")?.services ?? [];
}

/** Whether an ARN is that of a policy in the table. AWS may have newer ones. */
export function isKnownManagedPolicy(arn: string): boolean {
  return policies().has(managedPolicyName(arn) ?? "");
}

/** A document with what is known that an AWS managed policy allows; undefined where the table has nothing on it. */
export function managedPolicyDocument(arn: string): object | undefined {
  const Action = managedPolicyServices(arn).map((each) => (each === "*" ? "*" : `${each}:*`));
  return Action.length === 0
    ? undefined
    : { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource: "*" }] };
}

/** Why an AWS managed policy grants too much; undefined where it does not, or where the ARN is of another policy. */
export function explainManagedPolicy(arn: string): Explanation | undefined {
  const name = managedPolicyName(arn);
  if (name === undefined) {
    return undefined;
  }
  const services = managedPolicyServices(arn);
  if (services.length === 0 && !/full_?access/i.test(name)) {
    return undefined;
  }
  return {
    message:
      services.length === 0
        ? `attaches ${name}, which grants full access by its name`
        : `attaches ${name}: every action of ${listOf(services)}, on every resource`,
    fix: 'Attach a policy of your own with the actions that are called: { "Effect": "Allow", "Action": "SERVICE:ACTION", "Resource": "ARN" }',
  };
}

function listOf(services: readonly string[]): string {
  const shown = services.slice(0, 3).join(", ");
  const more = services.length - 3;
  return more > 0 ? `${shown} and ${more} more ${more === 1 ? "service" : "services"}` : shown;
}
