import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { format } from "oxfmt";
import { errorCodes, temporary } from "./source/errors";

export const DOCUMENT = path.join(__dirname, "../../docs/serving.md");

/** docs/serving.md with the table of errors as {@link errorCodes} has it: `npm run errors -w containers/inference` writes it. */
export async function withErrorTable(document: string): Promise<string> {
  const rows = Object.entries(errorCodes).map(([code, { status, when }]) => {
    const retry = status >= temporary ? "; with `Retry-After`" : "";
    return `| ${status} | \`${code}\` | ${when}${retry} |`;
  });
  const table = ["| Status | Code | When |", "| --- | --- | --- |", ...rows].join("\n");
  const whole = document.replace(/\| Status +\| Code[^]*?\n\n/, () => `${table}\n\n`);
  return (await format(DOCUMENT, whole)).code;
}

if (require.main === module) {
  void withErrorTable(readFileSync(DOCUMENT, "utf8")).then((text) => {
    writeFileSync(DOCUMENT, text);
  });
}
