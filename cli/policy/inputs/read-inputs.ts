import { createReadStream, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

import { parse, type CollectionTag, type ScalarTag } from "yaml";

import { isObject } from "../../../infra/schema/explain";
import { documentsOfAwsOutput } from "./aws-output";
import { documentsOfTemplate } from "./cloudformation";
import { type NamedDocument } from "./named-document";
import { documentsOfPlan } from "./terraform";

const STANDARD_INPUT = "-";
const FILE_NAMES = /\.(json|yaml|yml|template)$/i;
const MANAGED_POLICY = /^arn:[^:]*:iam::aws:policy\//i;

/**
 * The policy documents in what people have: files and folders of documents, output of the AWS CLI, CloudFormation templates and
 * Terraform plans, as JSON or YAML; ARNs of AWS managed policies; JSON lines `{"id", "document"}` from standard input (`-`).
 *
 * @param unreadable - gets a line for each input that can't be read; the others are read all the same.
 */
export async function* readInputs(
  inputs: readonly string[],
  unreadable: string[],
): AsyncGenerator<NamedDocument> {
  for (const input of inputs) {
    if (input === STANDARD_INPUT) {
      yield* readRecords(process.stdin, "document");
    } else if (MANAGED_POLICY.test(input)) {
      yield { id: input, document: input };
    } else {
      for (const file of filesAt(input, unreadable)) {
        yield* readFile(file, unreadable);
      }
    }
  }
}

function filesAt(input: string, unreadable: string[]): string[] {
  try {
    if (!statSync(input).isDirectory()) {
      return [input];
    }
    const files = readdirSync(input, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && FILE_NAMES.test(entry.name))
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter((file) => !file.includes(`${path.sep}node_modules${path.sep}`))
      .sort();
    if (files.length === 0) {
      unreadable.push(`${input}: the folder has no .json, .yaml, .yml or .template file`);
    }
    return files;
  } catch (error) {
    unreadable.push(`${input}: ${reasonOf(error)}`);
    return [];
  }
}

async function* readFile(file: string, unreadable: string[]): AsyncGenerator<NamedDocument> {
  if (/\.jsonl$/i.test(file)) {
    yield* readRecords(createReadStream(file), "document");
    return;
  }
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    unreadable.push(`${file}: ${reasonOf(error)}`);
    return;
  }
  yield* documentsOfText(text, file);
}

/**
 * The documents that a file's text holds. Text that is not one of the known forms is given as it is: what is wrong with it,
 * such as a duplicate key, is for the evaluator to find.
 */
export function documentsOfText(text: string, id: string): NamedDocument[] {
  const value = valueOf(text, /\.ya?ml$/i.test(id));
  if (!isObject(value) || "Statement" in value) {
    // A document's own bytes go on; only YAML has to be turned into something that the evaluator reads.
    return [{ id, document: isObject(value) && !isJson(text) ? value : text }];
  }
  const found =
    documentsOfAwsOutput(value, id) ?? documentsOfTemplate(value, id) ?? documentsOfPlan(value, id);
  return found ?? [{ id, document: text }];
}

function valueOf(text: string, isYaml: boolean): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Templates are often YAML whatever their name; a broken JSON document stays what it is.
    if (!isYaml && /^\s*[{[]/.test(text)) {
      return undefined;
    }
  }
  try {
    return parse(text, { customTags: CLOUDFORMATION_TAGS, logLevel: "silent" });
  } catch {
    return undefined;
  }
}

function isJson(text: string): boolean {
  return /^\s*\{/.test(text.replace(/^\uFEFF/, ""));
}

/** YAML's short forms of CloudFormation's functions: `!Ref Name` is `{"Ref": "Name"}`. */
const CLOUDFORMATION_TAGS: (ScalarTag | CollectionTag)[] = [
  "Ref",
  "Sub",
  "GetAtt",
  "Join",
  "ImportValue",
  "If",
  "Select",
  "Split",
  "FindInMap",
  "Base64",
  "GetAZs",
  "Equals",
  "Not",
  "And",
  "Or",
  "Condition",
].flatMap((name): (ScalarTag | CollectionTag)[] => {
  const key = name === "Ref" || name === "Condition" ? name : `Fn::${name}`;
  const tag = `!${name}`;
  const resolve: CollectionTag["resolve"] = (node) =>
    ({ [key]: node.toJSON() as unknown }) as never;
  return [
    { tag, resolve: (text: string) => ({ [key]: text }) },
    { tag, collection: "seq", resolve },
    { tag, collection: "map", resolve },
  ];
});

/**
 * JSON lines with these keys and an id, which defaults to the line's number. A line that is something else has text under each of
 * the keys that says so: it can't be analysed.
 */
export async function* readRecords<Key extends string>(
  input: Readable,
  ...keys: readonly Key[]
): AsyncGenerator<Readonly<Record<Key | "id", unknown>>> {
  const form = ["id", ...keys].map((key) => `"${key}"`).join(", ");
  let number = 0;
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    number += 1;
    if (line.trim() !== "") {
      const text = `line ${number} is not a JSON object {${form}}`;
      const record = parsed(line);
      const isRecord = isObject(record) && keys.every((key) => key in record);
      const values = keys.map((key) => [key, isRecord ? record[key] : text]);
      const id = isRecord && "id" in record ? record["id"] : number;
      yield { id, ...Object.fromEntries(values) } as Record<Key | "id", unknown>;
    }
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === "ENOENT" ? "it does not exist" : message;
}
