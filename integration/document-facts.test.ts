import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";

import { REPOSITORY } from "../cli/repository";
import { STATUS_CODES as CLASSIFY_CODES } from "../functions/classify/classify-error";
import { STATUS_CODES } from "../functions/fetch-photo/photo-error";
import { MISFORTUNES } from "../infra/offline/endpoint-deployment";
import { hourlyPrice } from "../packages/aws-facts/prices";
import { MONTH } from "../policies/rules/stack/cost-items";

const read = (file: string): string => readFileSync(path.join(REPOSITORY, file), "utf8");
const all = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, found]) => found!);
const sorted = (values: Iterable<string>): string[] => [...new Set(values)].sort();
/** The rows of the table whose header begins with a word. */
const table = (document: string, header: string): string[][] =>
  new RegExp(`^\\| ${header} .*\\n\\|.*\\n((?:\\|.*\\n)+)`, "m")
    .exec(read(document))![1]!
    .trim()
    .split("\n")
    .map((row) =>
      row
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
/** The names between backticks in a column. */
const named = (rows: readonly string[][], column: number): string[] =>
  rows.flatMap((row) => all(row[column]!, /`([^`]+)`/g));

/** What documents say as the code has it, where neither is made from the other. */
describe("facts in the documents", () => {
  it("has every setting of the inference server, with its default", () => {
    const source = read("containers/inference/source/settings.ts");
    const rows = table("docs/serving.md", "Variable");
    const settings = all(source, /\[\s*"([A-Z_]+)",/g);
    assert.deepEqual(sorted(named(rows, 0)), sorted([...settings, "UV_THREADPOOL_SIZE"]));
    for (const [, name, value] of source.matchAll(
      /\[\s*"([A-Z_]+)",\s*wholeNumber\([\d_e]+, [\d_e]+, ([\d_]+)\)/g,
    )) {
      const shown = rows.find(([variable]) => variable === `\`${name}\``)![1];
      assert.equal(shown, value!.replaceAll("_", ""), name);
    }
  });

  it("has every setting of the Lambda function, with its default", () => {
    const source = read("functions/classify/settings.ts");
    const rows = table("docs/function.md", "Variable");
    const own = rows.filter(([name]) => !/POWERTOOLS|AWS_/.test(name!));
    assert.deepEqual(
      sorted(named(own, 0)),
      sorted(all(source, /(?:environment\[|flag\(|number\()"([A-Z_]+)"/g)),
    );
    for (const [, name, value] of source.matchAll(/"([A-Z_]+)",\s+([\d_]+),/g)) {
      assert.deepEqual(
        named(
          rows.filter(([variable]) => variable === `\`${name}\``),
          1,
        ),
        [value!.replaceAll("_", "")],
      );
    }
  });

  it("has every error of the Lambda function under its status", () => {
    const rows = table("docs/function.md", "Status");
    for (const [code, status] of Object.entries(CLASSIFY_CODES)) {
      const statuses = rows.filter((row) => named([row], 1).includes(code)).map((row) => row[0]);
      assert.deepEqual(statuses, [String(status)], code);
    }
    const codes = Object.keys({ ...CLASSIFY_CODES, ...STATUS_CODES, photo_refused: 0 });
    assert.deepEqual(
      named(rows, 1).filter((code) => !codes.includes(code)),
      [],
    );
  });

  it("has every error of the photo fetcher under its status", () => {
    const rows = table("functions/fetch-photo/README.md", "status");
    const told = rows.flatMap((row) =>
      named([row], 1)
        .filter((code) => code !== "retryAfterSeconds")
        .map((code) => [code, Number(row[0])]),
    );
    assert.deepEqual(Object.fromEntries(told), STATUS_CODES);
  });

  it("has every misfortune of the sandbox", () => {
    assert.deepEqual(sorted(named(table("docs/sandbox.md", "Kind"), 0)), sorted(MISFORTUNES));
  });

  it("has every alarm of an endpoint and its function", () => {
    const source = read("infra/components/endpoint/endpoint-alarms.ts");
    const alarms = all(source, /(?:create\(\[|create\(\[?\s*|^ +)"([a-z0-9-]+)",/gm);
    const told = named(table("docs/runbook.md", "alarm"), 0);
    for (const alarm of alarms) {
      assert.ok(told.includes(`main-${alarm}`), alarm);
    }
    assert.ok(alarms.length > 3);
  });

  it("has today's prices of instances", () => {
    const prices = [...read("docs/cost.md").matchAll(/(ml\.[\w.]+) (\d+) USD/g)];
    assert.ok(prices.length > 2);
    for (const [, type, dollars] of prices) {
      const price = hourlyPrice("hosting", type!, "us-east-1")!.dollars * MONTH.hoursPerMonth;
      assert.equal(Number(dollars), Math.round(price), type);
    }
  });

  it("names the Node.js version that the packages ask for", () => {
    const { engines } = JSON.parse(read("package.json")) as { engines: { node: string } };
    const [, minimum] = /\^(\d+\.\d+)/.exec(engines.node)!;
    for (const document of ["README.md", "CONTRIBUTING.md", "docs/getting-started.md"]) {
      assert.ok(read(document).includes(`Node ${minimum}`), document);
    }
    assert.ok(read(".node-version").startsWith(`${minimum!.split(".")[0]}.`));
  });
});
