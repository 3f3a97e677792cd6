import { sarifLog } from "../output/sarif";
import { breaksTheBuild } from "../preview/breaks-the-build";
import type { Finding } from "../preview/analyzer";
import type { Review } from "./review-change";
import { shortUrn } from "./urns";

/** What the pack finds after the change, as SARIF for GitHub's code scanning: at the first line of the stack's file. */
export function sarifOf(reviews: readonly Review[]): object {
  const results = reviews.flatMap(({ stack, findings }) =>
    [...findings.added, ...findings.remaining].map((finding) => resultOf(finding, stack)),
  );
  const rules = [...new Set(results.map(({ ruleId }) => ruleId))];
  return sarifLog(
    rules.map((id) => ({ id, name: id })),
    results,
  );
}

function resultOf(finding: Finding, stack: string) {
  const { rule, resource, message } = finding;
  const where = resource === "" ? "the whole stack" : shortUrn(resource);
  return {
    ruleId: rule,
    level: breaksTheBuild(finding) ? "error" : "warning",
    message: { text: `${where}: ${message}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: `Pulumi.${stack}.yaml` },
          region: { startLine: 1 },
        },
        logicalLocations: [{ fullyQualifiedName: resource, kind: "resource" }],
      },
    ],
    partialFingerprints: { "kennel/v1": `${rule} ${resource} ${fingerprintOf(message)}` },
  };
}

function fingerprintOf(message: string): string {
  return /\(fingerprint (\w+)\)\s*$/.exec(message)?.[1] ?? "";
}
