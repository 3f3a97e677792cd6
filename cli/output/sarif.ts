/** A finding as code scanning shows it. */
export interface SarifResult {
  readonly rule: string;
  readonly isError: boolean;
  readonly text: string;
  /** Path of the file that it is shown at. */
  readonly file: string;
  /** What in the file it is about. */
  readonly subject: string | undefined;
  /** Tells it from others of the same rule in the next run. */
  readonly fingerprint?: string;
}

/**
 * A SARIF log of one run, as code scanning takes it.
 * Source: SARIF 2.1.0, https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.
 */
export function sarifLog(rules: readonly object[], results: readonly SarifResult[]): object {
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [{ tool: { driver: { name: "kennel", rules } }, results: results.map(asResult) }],
  };
}

function asResult({ rule, isError, text, file, subject, fingerprint }: SarifResult): object {
  const uri = encodeURI(file.replaceAll("\\", "/"));
  return {
    ruleId: rule,
    level: isError ? "error" : "warning",
    message: { text },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri }, region: { startLine: 1 } },
        ...(subject !== undefined && { logicalLocations: [{ fullyQualifiedName: subject }] }),
      },
    ],
    ...(fingerprint !== undefined && { partialFingerprints: { "kennel/v1": fingerprint } }),
  };
}
