import { breaksTheBuild } from "../preview/breaks-the-build";
import type { Finding } from "../preview/analyzer";
import type { Review } from "./review-change";
import { shortUrn } from "./urns";

const SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";

/** What the pack finds after the change, as SARIF 2.1.0 for GitHub's code scanning: at the stack's file, which it takes for a line. */
export function sarifOf(reviews: readonly Review[]): object {
  const results = reviews.flatMap(({ stack, findings }) =>
    [...findings.added, ...findings.remaining].map((finding) => resultOf(finding, stack)),
  );
  const rules = [...new Set(results.map(({ ruleId }) => ruleId))];
  return {
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "kennel", rules: rules.map((id) => ({ id, name: id })) } },
        results,
      },
    ],
  };
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
