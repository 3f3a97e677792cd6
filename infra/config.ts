import * as pulumi from "@pulumi/pulumi";
import { partitionOf } from "../packages/aws-facts/partitions";
import { nearestSpelling } from "../packages/aws-facts/nearest-spelling";
import type { SchemaNode } from "./schema/explain";
import { configSchema } from "./schema/config-schema";
import { Mistakes } from "./refusal";
import { inspect } from "./schema/mistakes";
import { absent, resolveStack, type StackSettings } from "./schema/stack";

/** A stack's configuration, checked, with every default filled in. */
export interface StackConfig extends Readonly<StackSettings> {
  /** AWS region, from `aws:region` or the environment. */
  readonly region: string;
}

/** The configuration is wrong: Pulumi shows the message alone, without a stack trace. */
export class ConfigError extends Mistakes {
  override readonly name = "ConfigError";

  /** @param problems one sentence each, naming its key */
  constructor(problems: readonly string[]) {
    const stack = pulumi.getStack();
    super(
      `The configuration of the stack ${stack} has`,
      problems,
      `; correct Pulumi.${stack}.yaml`,
    );
  }
}

/** Sections whose values reach nothing but secrets in the state; any other would appear there in plain. */
const secretSections: ReadonlySet<string> = new Set(["monitoring", "budget"]);

function findMisplacedSecrets(secretKeys: ReadonlySet<string>, namespace: string): string[] {
  return [...secretKeys]
    .filter((key) => !secretSections.has(key))
    .map(
      (key) =>
        `${namespace}:${key} is set as a secret, and what it configures would be readable all the same. Allowed: secrets in ${[...secretSections].map((section) => `${namespace}:${section}`).join(" and ")}. Set it again without --secret`,
    );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** What an encrypted value of a section was: Pulumi gives every one as text, even numbers and lists. */
function readSecrets(node: SchemaNode | undefined, value: unknown): unknown {
  if (typeof value === "string") {
    return node?.type === "string" ? value : parseJson(value);
  }
  if (Array.isArray(value)) {
    return value.map((item) => readSecrets(node?.items, item));
  }
  return typeof value === "object" && value !== null
    ? Object.fromEntries(
        Object.entries(value).map(([key, each]) => [
          key,
          readSecrets(node?.properties?.[key], each),
        ]),
      )
    : value;
}

/** Whether a value is what Pulumi hands over for `key:` with nothing behind it. */
function isEmptyValue(text: string): boolean {
  return text === "" || text === "null";
}

/** Values arrive as text; structured ones as JSON. */
function decode(key: string, text: string, isSecret: boolean): unknown {
  const node = configSchema.properties?.[key];
  if (isEmptyValue(text)) {
    return null;
  }
  if (node === undefined || node.type === "string") {
    return text;
  }
  const value = parseJson(text);
  return isSecret ? readSecrets(node, value) : value;
}

/** Whether `text` says that the thing that `key` configures is not there. */
function isAbsent(key: string, text: string): boolean {
  const node = configSchema.properties?.[key];
  return text === absent && node !== undefined && node.default === undefined;
}

function readRegion(values: Readonly<Record<string, string>>, problems: string[]): string {
  const region =
    values["aws:region"] ?? process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"];
  if (region === undefined || isEmptyValue(region)) {
    problems.push("aws:region is missing. Allowed: an AWS region. Example: us-east-1");
    return "";
  }
  if (partitionOf(region) === undefined) {
    problems.push(
      `aws:region is ${JSON.stringify(region)}. Allowed: an AWS region. Example: us-east-1`,
    );
  }
  return region;
}

/** Namespaces that differ from ours by a slip of the pen would otherwise be ignored in silence. */
function findMisspeltNamespaces(keys: readonly string[], namespace: string): string[] {
  return keys.flatMap((key) => {
    const [given = "", name = ""] = key.split(":");
    const suspicious = given !== namespace && nearestSpelling(given, [namespace]) !== undefined;
    return suspicious ? [`${key} is not a known key. Did you mean ${namespace}:${name}?`] : [];
  });
}

/**
 * Checks configuration values, as `pulumi.runtime.allConfig()` gives them.
 *
 * @param values text by full key, such as `kennel:endpoints`; structured values are JSON
 * @param namespace the project's name
 * @param secretKeys full keys whose values are secrets, as a whole or in part
 * @throws ConfigError naming every wrong key, its value, what is allowed and an example
 */
export function parseConfig(
  values: Readonly<Record<string, string>>,
  namespace: string,
  secretKeys: readonly string[] = [],
): StackConfig {
  const prefix = `${namespace}:`;
  const secrets = new Set(
    secretKeys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length)),
  );
  const raw = Object.fromEntries(
    Object.entries(values)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, text]) => [key.slice(prefix.length), text] as const)
      .filter(([key, text]) => !isAbsent(key, text))
      .map(([key, text]) => [key, decode(key, text, secrets.has(key))]),
  );
  const problems = findMisspeltNamespaces(Object.keys(values), namespace);
  problems.push(...findMisplacedSecrets(secrets, namespace));
  if (values["aws:defaultTags"] !== undefined) {
    problems.push(`aws:defaultTags would be ignored. Set ${prefix}tags instead`);
  }
  const region = readRegion(values, problems);
  const found = inspect(raw, { namespace, schema: configSchema, secretKeys: secrets });
  problems.push(...found.problems);
  if (found.settings === undefined || problems.length > 0) {
    throw new ConfigError(problems);
  }
  return { ...resolveStack(found.settings), region };
}

/** Whether the stack's file holds the value of `key` encrypted; Pulumi knows it, but publishes no type for the function. */
export function isSecretKey(key: string): boolean {
  const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret(key: string): boolean };
  return isConfigSecret(key);
}

/** Reads and checks the current stack's configuration. */
export function readConfig(): StackConfig {
  const values = pulumi.runtime.allConfig();
  return parseConfig(values, pulumi.getProject(), Object.keys(values).filter(isSecretKey));
}

/** The names of the roles that somebody else manages and the stack uses. */
export function existingRoles({ endpoints, training, trainer, notebook }: StackConfig): string[] {
  const withFunctions = Object.values(endpoints).flatMap((each) => [each, each.function]);
  const users = [...withFunctions, ...Object.values(training), trainer, notebook];
  return [...new Set(users.flatMap((user) => user?.role?.existing ?? []))];
}
