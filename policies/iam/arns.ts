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
