import { createReadStream, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

import { parseAllDocuments, type CollectionTag, type ScalarTag } from "yaml";

import { isObject } from "../../../infra/schema/explain";
import { stackOfAccount } from "./account";
import { documentOfAwsOutput } from "./aws-output";
import { stackOfTemplate } from "./cloudformation";
import { fieldsOf, type NamedDocument } from "./named-document";
import { partsOf } from "./parts";
import type { PolicyStack } from "./policy-stack";
import { stackOfPlan } from "./terraform";

const OWN_POLICY =
  "only AWS managed policies are known by their ARN; aws iam get-policy-version prints the document of your own";

/** A document, several that apply together, or resources with policies. */
export type Input = NamedDocument | PolicyStack;

export const STANDARD_INPUT = "-";
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
): AsyncGenerator<Input> {
  for (const input of inputs) {
    if (input === STANDARD_INPUT) {
      yield* readRecords(process.stdin, "document");
    } else if (MANAGED_POLICY.test(input)) {
      yield { id: input, document: input };
    } else {
      for (const file of filesAt(input, unreadable)) {
        yield* readFile(file, file === input, unreadable);
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
    unreadable.push(`${input}: ${reasonOf(input, error)}`);
    return [];
  }
}

async function* readFile(
  file: string,
  isNamed: boolean,
  unreadable: string[],
): AsyncGenerator<Input> {
  if (/\.jsonl$/i.test(file)) {
    yield* readRecords(createReadStream(file), "document");
    return;
  }
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    unreadable.push(`${file}: ${reasonOf(file, error)}`);
    return;
  }
  yield* inputsOfText(text, file, isNamed);
}

/**
 * What a file's text holds. Text that is not one of the known forms is given as it is: what is wrong with it, such as a duplicate
 * key, is for the evaluator to find.
 *
 * @param isNamed - whether the user named the file; of a folder's files those that are something else are left out.
 */
export function inputsOfText(text: string, id: string, isNamed = true): Input[] {
  let values: unknown[] | undefined;
  try {
    values = valuesOf(text, /\.ya?ml$/i.test(id));
  } catch (error) {
    return [{ id, problem: `it is not YAML: ${(error as Error).message.split("\n")[0]!}` }];
  }
  if (values === undefined || (values.length === 0 && isNamed)) {
    return [{ id, document: text }];
  }
  return values.flatMap((value, index) => {
    const name = values.length === 1 ? id : `${id}: document ${index + 1}`;
    // A document's own bytes go on; only YAML has to be turned into something that the evaluator reads.
    const document = isObject(value) && (values.length > 1 || !isJson(text)) ? value : text;
    const found = inputOf(value, name, document);
    return found ?? (isNamed ? { id: name, document } : []);
  });
}

function inputOf(value: unknown, id: string, document: unknown): Input | undefined {
  const parts = partsOf(value, id);
  if (parts !== undefined) {
    return { id, document, parts };
  }
  if (!isObject(value)) {
    return undefined;
  }
  if ("Statement" in value) {
    return { id, document };
  }
  if (isDeeper(value, MOST_LEVELS)) {
    return { id, problem: `it is nested more than ${MOST_LEVELS} levels deep` };
  }
  return (
    stackOfAccount(value, id) ??
    documentOfAwsOutput(value, id) ??
    stackOfTemplate(value, id) ??
    stackOfPlan(value, id)
  );
}

/** No template or plan has as many, and reading more could end the process. */
const MOST_LEVELS = 200;

function isDeeper(value: unknown, levels: number): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    (levels === 0 || Object.values(value).some((each) => isDeeper(each, levels - 1)))
  );
}

/** The values of a text; undefined where it is not even meant as one. */
function valuesOf(text: string, isYaml: boolean): unknown[] | undefined {
  try {
    return [JSON.parse(text)];
  } catch {
    // Templates are often YAML whatever their name; a broken JSON document stays what it is.
    if (!isYaml && /^\s*[{[]/.test(text)) {
      return undefined;
    }
  }
  const documents = parseAllDocuments(text, {
    customTags: CLOUDFORMATION_TAGS,
    logLevel: "silent",
  });
  const [error] = [...documents].flatMap(({ errors }) => errors);
  if (error !== undefined) {
    if (isYaml) {
      throw error;
    }
    return undefined;
  }
  return [...documents].map((each): unknown => each.toJS());
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
  "Transform",
  "ToJsonString",
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

/** A line's values, or why it has none. */
export type Line<Key extends string> = Partial<Readonly<Record<Key, unknown>>> & {
  readonly id: unknown;
  readonly problem?: string;
};

/** JSON lines with these keys and an id, which defaults to the line's number. */
export async function* readRecords<Key extends string>(
  input: Readable,
  ...keys: readonly Key[]
): AsyncGenerator<Line<Key>> {
  let number = 0;
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    number += 1;
    if (line.trim() !== "") {
      const record = parsed(line);
      const fields = fieldsOf(record);
      const missing = keys.filter((key) => !(key in fields)).map((key) => `"${key}"`);
      const problem = isObject(record)
        ? `line ${number} has no ${missing.join(" and no ")}`
        : `line ${number} is not a JSON object`;
      const id = "id" in fields ? fields["id"] : number;
      yield (missing.length > 0 ? { id, problem } : { ...fields, id }) as Line<Key>;
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

function reasonOf(input: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") {
    return /^arn:/i.test(input) ? OWN_POLICY : "it does not exist";
  }
  return message;
}
