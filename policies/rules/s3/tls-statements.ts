import type { PolicyDocument } from "../../iam/document";
import { matches } from "../../iam/wildcard";
import { isDenialOfPlainHttp } from "../plain-http";

const PARTITIONS = [
  "aws",
  "aws-cn",
  "aws-us-gov",
  "aws-eusc",
  "aws-iso",
  "aws-iso-b",
  "aws-iso-e",
  "aws-iso-f",
];
/** Object keys that no pattern spells out: only one that takes in every key takes in all of these. */
const KEYS = ["\u0001", "\u0001\u0002", "\u0001/\u0002\u0003/\u0004"];

/** Whether a bucket's policy denies every request without TLS: for everybody, every action, the bucket and all its objects. */
export function deniesPlainHttp({ statements }: PolicyDocument, bucket: string): boolean {
  const patterns = statements
    .filter((statement) => isDenialOfPlainHttp(statement, "s3"))
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
