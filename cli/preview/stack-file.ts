import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { parseDocument } from "yaml";

import { configSchema } from "../../infra/schema/config-schema";
import { isObject, type SchemaNode } from "../../infra/schema/explain";
import { withoutSecrets } from "../../infra/schema/stand-in";
import { UserError } from "../output/failure";

/** What the engine would hand to the program: fully qualified keys, values as Pulumi's config holds them (objects as JSON). */
export interface StackSettings {
  readonly project: string;
  readonly stack: string;
  readonly config: Readonly<Record<string, string>>;
  readonly secretKeys: readonly string[];
}

/** The region that a stack's configuration names. */
export function regionOf({ config }: StackSettings): string {
  return config["aws:region"] ?? "us-east-1";
}

/** The stacks that have a file in the project directory, sorted. */
export function stackNames(projectDirectory: string): string[] {
  return readdirSync(projectDirectory)
    .map((name) => /^Pulumi\.([\w.-]+)\.ya?ml$/.exec(name)?.[1])
    .filter((name): name is string => name !== undefined)
    .sort();
}

/** Reads Pulumi.<stack>.yaml as the engine does, with the defaults that Pulumi.yaml's schema declares. */
export function readStack(projectDirectory: string, stack: string): StackSettings {
  const file = path.join(projectDirectory, `Pulumi.${stack}.yaml`);
  if (!/^[\w.-]+$/.test(stack) || !existsSync(file)) {
    const known = stackNames(projectDirectory).join(", ") || "none";
    throw new UserError(
      `there is no stack "${stack}" here: Pulumi.${stack}.yaml does not exist. Stacks: ${known}. ` +
        "Choose one with --stack, or name any file with --config-file.",
    );
  }
  return readStackFile(projectDirectory, file, stack);
}

/**
 * Reads any stack configuration file; the stack is called after the file (`Pulumi.prod.yaml` is `prod`).
 *
 * @throws UserError where the file is missing, is not YAML, or is not a stack file.
 */
export function readStackFile(
  projectDirectory: string,
  file: string,
  stack: string = stackNameOf(file),
): StackSettings {
  const projectFile = readYaml(path.join(projectDirectory, "Pulumi.yaml"));
  const project = String(projectFile["name"]);
  const contents = readYaml(file);
  const unknown = Object.keys(contents).filter((key) => !STACK_FILE_KEYS.includes(key));
  if (unknown.length > 0) {
    const keys = unknown.map((key) => `"${key}"`).join(", ");
    throw new UserError(
      `${file}: unknown top-level key${unknown.length > 1 ? "s" : ""} ${keys}. A stack file holds ${STACK_FILE_KEYS.join(", ")}; ` +
        `settings of the program stand under "config:", for example "config: { ${project}:environment: dev }".`,
    );
  }
  const own = mapping(contents["config"], `${file}: config`);
  const config: Record<string, string> = {};
  const secretKeys: string[] = [];
  for (const [key, written] of Object.entries({ ...defaults(projectFile, project), ...own })) {
    const qualified = key.includes(":") ? key : `${project}:${key}`;
    const { value, hasSecrets } = sealed(project, qualified, written);
    if (hasSecrets) {
      secretKeys.push(qualified);
    }
    config[qualified] = asText(value);
  }
  return { project, stack, config, secretKeys };
}

const STACK_FILE_KEYS = [
  "config",
  "encryptionsalt",
  "encryptedkey",
  "secretsprovider",
  "environment",
];

/** Secrets are encrypted for the engine: offline the program sees values of the same form in their place. */
function sealed(project: string, key: string, written: unknown): ReturnType<typeof withoutSecrets> {
  const [namespace, name = ""] = key.split(":");
  const schema = namespace === project ? configSchema : PROVIDER_SCHEMA;
  return withoutSecrets(schema, name, written);
}

/** The one setting of the AWS provider whose form matters to the program. */
const PROVIDER_SCHEMA: SchemaNode = {
  properties: { region: { type: "string", example: "us-east-1" } },
};

/** As Pulumi hands a value over: `key:` with nothing behind it is empty text. */
function asText(value: unknown): string {
  return typeof value === "string" ? value : value === null ? "" : JSON.stringify(value);
}

function stackNameOf(file: string): string {
  const name = path.basename(file).replace(/\.ya?ml$/, "");
  return name.replace(/^Pulumi\./, "");
}

/** Pulumi.yaml's `config:` block: `key: {type, default}`, or a plain value. */
function defaults(projectFile: Record<string, unknown>, project: string): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [key, declaration] of Object.entries(mapping(projectFile["config"], "config"))) {
    const qualified = key.includes(":") ? key : `${project}:${key}`;
    const declared = isObject(declaration)
      ? (declaration["value"] ?? declaration["default"])
      : declaration;
    if (declared !== undefined && declared !== null) {
      found[qualified] = declared;
    }
  }
  return found;
}

function readYaml(file: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).code === "ENOENT"
        ? "it does not exist"
        : (error as Error).message;
    throw new UserError(`can't read the configuration file ${file}: ${reason}.`);
  }
  const document = parseDocument(text, { prettyErrors: true });
  const problem = document.errors[0];
  if (problem !== undefined) {
    throw new UserError(`${file} is not valid YAML: ${problem.message.trim()}`);
  }
  return mapping(document.toJS() as unknown, file);
}

function mapping(value: unknown, name: string): Record<string, unknown> {
  if (value === undefined || value === null) {
    return {};
  }
  if (!isObject(value)) {
    throw new UserError(
      `${name} must be a mapping of keys to values, not ${JSON.stringify(value).slice(0, 80)}.`,
    );
  }
  return value;
}
