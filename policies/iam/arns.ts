import { partitionNamed } from "../../packages/aws-facts/partitions";
import { hasWildcard } from "./patterns";
import { quote, type ElementReader } from "./element-reader";

const FIELDS = 6;

/**
 * What an identity policy's ARN stands for: AWS completes one that has fewer than six fields with stars (IAM user guide, "IAM JSON
 * policy elements: Resource"). As a star also stands for colons, an ARN with one before its last field may have all six already.
 *
 * @param variables whether the document's version gives `${…}` its meaning
 */
export function asCompleted(pattern: string, variables: boolean): readonly string[] {
  const fields = (variables ? pattern.replace(/\$\{[^}]*\}/g, "$") : pattern).split(":");
  if (!/^arn$/i.test(fields[0]!) || fields.length >= FIELDS) {
    return [pattern];
  }
  const completed = pattern + ":*".repeat(FIELDS - fields.length);
  return fields.slice(0, -1).some((each) => /[*?]/.test(each)) ? [pattern, completed] : [completed];
}

/** Whether a text is an ARN of a partition that AWS does not have. */
export function isOfNoPartition(text: string): boolean {
  const [, partition] = /^arn:([^:]*)/i.exec(text) ?? [];
  return (
    partition !== undefined &&
    !/[*?$]/.test(partition) &&
    partitionNamed(partition.toLowerCase()) === undefined
  );
}

/** Names the ARNs of an element that are of no partition. */
export function checkPartitions(texts: readonly string[], at: string, reader: ElementReader): void {
  for (const text of texts.filter(isOfNoPartition)) {
    reader.problem(`${at} has ${quote(text)}, an ARN of a partition that AWS does not have`);
  }
}

/** Names the principals of a kind that IAM rejects: a wildcard stands alone, for everybody of AWS. */
export function checkPrincipals(
  values: readonly string[],
  kind: string,
  at: string,
  reader: ElementReader,
): void {
  checkPartitions(values, `${at}.${kind}`, reader);
  for (const text of values.filter(hasWildcard)) {
    if (kind !== "AWS" || text !== "*") {
      reader.problem(`${at}.${kind} has ${quote(text)}; the only wildcard is "AWS": "*"`);
    }
  }
}
