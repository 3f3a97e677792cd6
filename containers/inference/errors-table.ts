import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { format } from "oxfmt";
import { errorCodes } from "./source/errors";

export const README = path.join(__dirname, "README.md");

/** The README with the table of errors as {@link errorCodes} has it: `npm run errors -w containers/inference` writes it. */
export async function withErrorTable(readme: string): Promise<string> {
  const rows = Object.entries(errorCodes).map(([code, { status, when, ...others }]) => {
    const retry = "retryAfterSeconds" in others ? "; with `Retry-After`" : "";
    return `| ${status} | \`${code}\` | ${when}${retry} |`;
  });
  const table = ["| Status | Code | When |", "| --- | --- | --- |", ...rows].join("\n");
  const whole = readme.replace(/\| Status +\| Code[^]*?\n\n/, () => `${table}\n\n`);
  return (await format(README, whole)).code;
}

if (require.main === module) {
  void withErrorTable(readFileSync(README, "utf8")).then((text) => {
    writeFileSync(README, text);
  });
}
