import { sarifLog } from "../output/sarif";
import { breaksTheBuild } from "../preview/finding";
import { fingerprintOf, type Review } from "./review-change";
import { placeOf } from "./urns";

/** What the pack finds after the change, as SARIF for GitHub's code scanning: at the first line of the stack's file. */
export function sarifOf(reviews: readonly Review[]): object {
  const results = reviews.flatMap(({ stack, findings }) =>
    [...findings.added, ...findings.remaining].map((finding) => ({
      rule: finding.rule,
      isError: breaksTheBuild(finding),
      text: `${placeOf(finding)}: ${finding.message}`,
      file: `Pulumi.${stack}.yaml`,
      subject: finding.resource,
      fingerprint: `${finding.rule} ${finding.resource} ${fingerprintOf(finding.message) ?? ""}`,
    })),
  );
  const rules = [...new Set(results.map(({ rule }) => rule))];
  return sarifLog(
    rules.map((id) => ({ id, name: id })),
    results,
  );
}
