import { plainOperator } from "../iam/conditions";
import type { Statement } from "../iam/document";
import { matches } from "../iam/wildcard";

/**
 * Whether a statement of a resource's policy denies every action of a service to everybody who comes without TLS.
 *
 * @param service prefix of the actions, such as `s3`
 */
export function isDenialOfPlainHttp(statement: Statement, service: string): boolean {
  const { effect, conditions } = statement;
  // A second condition would let requests through that it does not hold for.
  return (
    effect === "Deny" &&
    concernsEverybody(statement) &&
    deniesEveryAction(statement, service) &&
    (conditions.length === 0 ||
      (conditions.length === 1 &&
        conditions[0]!.key === "aws:securetransport" &&
        plainOperator(conditions[0]!.operator) === "bool" &&
        conditions[0]!.values.some((value) => value.toLowerCase() === "false")))
  );
}

function concernsEverybody({ principals }: Statement): boolean {
  return (
    principals !== undefined &&
    !principals.negated &&
    principals.of.some(({ kind, value }) => value === "*" && (kind === "*" || kind === "AWS"))
  );
}

function deniesEveryAction({ actions }: Statement, denied: string): boolean {
  const concerning = actions.patterns.filter(({ service }) => matches(service, denied));
  return actions.negated
    ? concerning.length === 0 && !actions.unknown
    : concerning.some(({ isOpen }) => isOpen);
}
