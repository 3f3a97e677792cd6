import type { z } from "zod";
import { closest } from "./closest";

/** The parts of a JSON schema that explanations need; `allowed` and `example` come from the fields' metadata. */
export interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: SchemaNode;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly propertyNames?: SchemaNode;
  readonly required?: readonly string[];
  readonly additionalProperties?: SchemaNode | boolean;
  readonly oneOf?: readonly SchemaNode[];
  readonly allowed?: string;
  readonly example?: string;
  /** Whether a value is never shown. */
  readonly secret?: boolean;
}

type Path = readonly PropertyKey[];

/** The key as `pulumi config set --path` takes it, such as `kennel:endpoints.main.scaling.minInstances`. */
function keyText(namespace: string, path: Path): string {
  return path.reduce<string>((text, part, index) => {
    if (typeof part === "number") {
      return `${text}[${part}]`;
    }
    const name = String(part);
    if (index === 0) {
      return `${text}${name}`;
    }
    return /^[\w-]+$/.test(name) ? `${text}.${name}` : `${text}["${name}"]`;
  }, `${namespace}:`);
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (current, part) =>
      typeof current === "object" && current !== null
        ? (current as Record<PropertyKey, unknown>)[part]
        : undefined,
    value,
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Of several alternatives, the one whose constant property (such as `mode`) the value has. */
function chooseAlternative(node: SchemaNode, value: unknown): SchemaNode {
  const fits = (alternative: SchemaNode): boolean =>
    Object.entries(alternative.properties ?? {}).some(
      ([key, property]) =>
        property.const !== undefined && isObject(value) && value[key] === property.const,
    );
  return node.oneOf?.find(fits) ?? node;
}

function schemaAt(root: SchemaNode, value: unknown, path: Path): SchemaNode | undefined {
  let node: SchemaNode | undefined = root;
  let current = value;
  for (const part of path) {
    node = chooseAlternative(node, current);
    current = valueAt(current, [part]);
    const { additionalProperties } = node;
    const next: SchemaNode | undefined =
      typeof part === "number"
        ? node.items
        : (node.properties?.[String(part)] ??
          (typeof additionalProperties === "object" ? additionalProperties : undefined));
    if (next === undefined) {
      return undefined;
    }
    node = next;
  }
  return node;
}

/** What a field accepts, in words. */
export function allowedText(node: SchemaNode): string {
  if (node.allowed !== undefined) {
    return node.allowed;
  }
  if (node.enum !== undefined) {
    return node.enum.map(String).join(", ");
  }
  switch (node.type) {
    case "integer":
    case "number":
      return `a whole number from ${node.minimum} to ${node.maximum}`;
    case "boolean":
      return "true or false";
    case "array":
      return "a list";
    case "object":
      return `an object with the keys ${Object.keys(node.properties ?? {}).join(", ")}`;
    default:
      return node.oneOf === undefined ? "text" : "an object";
  }
}

function guidance(node: SchemaNode | undefined): string {
  if (node === undefined) {
    return "";
  }
  const example = node.example === undefined ? "" : ` Example: ${node.example}`;
  return ` Allowed: ${allowedText(node)}.${example}`;
}

function unknownKey(
  namespace: string,
  path: Path,
  key: string,
  node: SchemaNode | undefined,
): string {
  const known = Object.keys(node?.properties ?? {});
  const suggestion = closest(key, known);
  const advice =
    suggestion === undefined
      ? `Known here: ${known.join(", ")}.`
      : `Did you mean ${keyText(namespace, [...path, suggestion])}?`;
  return `${keyText(namespace, [...path, key])} is not a known key. ${advice}`;
}

/** What messages show in place of a secret. */
const hidden = "hidden, because it is a secret";

/**
 * Puts a validation issue into words for whoever wrote the configuration.
 *
 * @param secretKeys keys below the namespace whose values were given as secrets: messages do not repeat them
 * @returns lines that name the full key, the wrong value, what is allowed and an example
 */
export function explain(
  namespace: string,
  root: SchemaNode,
  value: unknown,
  issue: z.core.$ZodIssue,
  secretKeys: ReadonlySet<string> = new Set(),
): string[] {
  const { path } = issue;
  const node = schemaAt(root, value, path);
  if (issue.code === "unrecognized_keys") {
    const alternative = node && chooseAlternative(node, valueAt(value, path));
    return issue.keys.map((key) => unknownKey(namespace, path, key, alternative));
  }
  const key = keyText(namespace, path);
  if (issue.code === "invalid_key") {
    const names = schemaAt(root, value, path.slice(0, -1))?.propertyNames;
    return [`${key} is not a possible name.${guidance(names)}`];
  }
  if (issue.code === "invalid_union" && issue.discriminator !== undefined) {
    const choices = (issue as { options?: readonly unknown[] }).options ?? [];
    const given = valueAt(value, path);
    const state = given === undefined ? "is missing" : `is ${JSON.stringify(given)}`;
    return [`${key} ${state}. Allowed: ${choices.map(String).join(", ")}.`];
  }
  const given = valueAt(value, path) ?? (issue as { input?: unknown }).input;
  const isSecret = node?.secret === true || secretKeys.has(String(path[0]));
  const shown = isSecret ? hidden : JSON.stringify(given);
  if (issue.code === "custom") {
    const state = given === undefined ? "is not set" : `is ${shown}`;
    return [`${key} ${state}: it ${issue.message}.${guidance(node)}`];
  }
  return given === undefined
    ? [`${key} is missing.${guidance(node)}`]
    : [`${key} is ${shown}.${guidance(node)}`];
}
