import { plainOperator } from "../../iam/conditions";
import type { PolicyDocument, Statement } from "../../iam/document";
import { matches } from "../../iam/wildcard";

const PARTITIONS = ["aws", "aws-cn", "aws-us-gov", "aws-eusc", "aws-iso", "aws-iso-b"];
/** Object keys that no pattern spells out: only one that takes in every key takes in all of these. */
const KEYS = ["\u0001", "\u0001\u0002", "\u0001/\u0002\u0003/\u0004"];

/** Whether a bucket's policy denies every request without TLS: for everybody, every action, the bucket and all its objects. */
export function deniesPlainHttp({ statements }: PolicyDocument, bucket: string): boolean {
  const patterns = statements
    .filter(isDenialOfPlainHttp)
    .flatMap(({ resources }) =>
      resources === undefined || resources.negated
        ? []
        : resources.patterns.map(({ text }) => text),
    );
  return PARTITIONS.some((partition) => {
    const arn = `arn:${partition}:s3:::${bucket}`;
    return [arn, ...KEYS.map((key) => `${arn}/${key}`)].every((each) =>
      patterns.some((pattern) => matches(pattern, each)),
    );
  });
}

function isDenialOfPlainHttp(statement: Statement): boolean {
  const { effect, conditions } = statement;
  // A second condition would let requests through that it does not hold for.
  return (
    effect === "Deny" &&
    concernsEverybody(statement) &&
    deniesEveryAction(statement) &&
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

function deniesEveryAction({ actions }: Statement): boolean {
  const concerning = actions.patterns.filter(({ service }) => matches(service, "s3"));
  return actions.negated
    ? concerning.length === 0 && !actions.unknown
    : concerning.some(({ isOpen }) => isOpen);
}
