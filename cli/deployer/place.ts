import { endpointNameStem } from "../../infra/names";

/** Whose account and stack permissions are for. */
export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  /** Value of the tag Stack, such as `kennel/prod`. */
  readonly stackTag: string;
  /** Path of the stack's roles, such as `/kennel/prod/`. */
  readonly rolePath: string;
  /** Names of roles that somebody else manages. */
  readonly existingRoles: readonly string[];
}

/** A statement of an identity policy with everything known. */
export interface KnownStatement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: readonly string[] | "*";
  readonly Condition?: Readonly<
    Record<string, Readonly<Record<string, string | readonly string[]>>>
  >;
}

/** The names of an endpoint, whose end follows from the instance type: another one is created beside it. */
export function endpointPattern(name: string): string {
  const stem = endpointNameStem(name);
  return stem === undefined ? name : `${stem}*`;
}

/** Statements that are there only where something holds. */
export function when(holds: boolean, ...statements: KnownStatement[]): KnownStatement[] {
  return holds ? statements : [];
}

/** A statement that allows `actions`, separated by spaces, of one service. */
export function allow(
  Sid: string,
  service: string,
  actions: string,
  Resource: KnownStatement["Resource"],
  Condition?: KnownStatement["Condition"],
): KnownStatement {
  const Action = actions.split(" ").map((action) => `${service}:${action}`);
  return { Sid, Effect: "Allow", Action, Resource, ...(Condition && { Condition }) };
}
