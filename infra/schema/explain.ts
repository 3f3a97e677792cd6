import type { z } from "zod";
import { nearestSpelling } from "../../packages/aws-facts/nearest-spelling";

/** The parts of a JSON schema that explanations need; `allowed` and `example` come from the fields' metadata. */
export interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
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

/** The keys that lead to a value. */
export type Path = readonly PropertyKey[];

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

/** What is at `path`, or undefined. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (current, part) =>
      typeof current === "object" && current !== null
        ? (current as Record<PropertyKey, unknown>)[part]
        : undefined,
    value,
  );
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Of several alternatives, the one whose constant property (such as `mode`) the value has. */
function chooseAlternative(node: SchemaNode, value: unknown): SchemaNode {
  const fits = (alternative: SchemaNode): boolean => {
    const choice = choiceOf(alternative);
    return choice !== undefined && valueAt(value, [choice.key]) === choice.constant;
  };
  return node.oneOf?.find(fits) ?? node;
}

/** The constant that tells an alternative apart, such as `realtime` for `mode`. */
export function choiceOf({ properties = {} }: SchemaNode) {
  const [choice] = Object.entries(properties).flatMap(([key, { const: constant }]) =>
    constant === undefined ? [] : [{ key, constant }],
  );
  return choice;
}

/** The schema of what is at `path`, the alternative that `value` takes where there are several. */
export function schemaAt(root: SchemaNode, value: unknown, path: Path): SchemaNode | undefined {
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
  return chooseAlternative(node, current);
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

/** What an issue is told with. */
export interface Context {
  /** The project's name, before the colon of each key. */
  readonly namespace: string;
  /** The schema of everything under that namespace. */
  readonly schema: SchemaNode;
  /** What the issue was found in: what was written, with sound values in the place of wrong ones. */
  readonly value: unknown;
  readonly written: unknown;
  /** Keys below the namespace whose values were given as secrets: messages do not repeat them. */
  readonly secretKeys: ReadonlySet<string>;
  /** What is called otherwise in `value` than it was written, by its name there. */
  readonly names: ReadonlyMap<string, string>;
}

/** What messages show in place of a secret. */
const hidden = "hidden, because it is a secret";

/** What to do about a key with nothing behind it. */
function emptyAdvice(node: SchemaNode | undefined, path: Path): string {
  const key = typeof path.at(-1) === "number" ? "entry" : "key";
  const canBeEmpty =
    node?.type === "object" &&
    (node.required ?? []).every((name) => node.properties?.[name]?.default !== undefined);
  return canBeEmpty
    ? `write {} for the defaults or remove the ${key}`
    : `give it a value or remove the ${key}`;
}

/**
 * Puts a validation issue into words for whoever wrote the configuration.
 *
 * @returns lines that name the full key, the wrong value, what is allowed and an example
 */
export function explain(issue: z.core.$ZodIssue, context: Context): string[] {
  const { schema, value, secretKeys, names } = context;
  const { path } = issue;
  const node = schemaAt(schema, value, path);
  const asWritten = (parts: Path) => parts.map((part) => names.get(String(part)) ?? part);
  const text = (parts: Path) => keyText(context.namespace, asWritten(parts));
  const key = text(path);
  if (issue.code === "unrecognized_keys") {
    const known = Object.keys(node?.properties ?? {});
    return issue.keys.map((unknown) => {
      const suggestion = nearestSpelling(unknown, known);
      const advice =
        suggestion === undefined
          ? `Known here: ${known.join(", ")}.`
          : `Did you mean ${text([...path, suggestion])}?`;
      return `${text([...path, unknown])} is not a known key. ${advice}`;
    });
  }
  if (issue.code === "invalid_key") {
    const possible = schemaAt(schema, value, path.slice(0, -1))?.propertyNames;
    return [`${key} is not a possible name.${guidance(possible)}`];
  }
  const given = valueAt(context.written, asWritten(path));
  if (given === null) {
    return [`${key} is empty (null); ${emptyAdvice(node, path)}.${guidance(node)}`];
  }
  const isSecret = node?.secret === true || secretKeys.has(String(path[0]));
  const shown = isSecret ? hidden : JSON.stringify(given);
  if (issue.code === "invalid_union" && issue.discriminator !== undefined) {
    const choices = (issue as { options?: readonly unknown[] }).options ?? [];
    const state = given === undefined ? "is missing" : `is ${shown}`;
    return [`${key} ${state}. Allowed: ${choices.map(String).join(", ")}.`];
  }
  if (issue.code === "custom") {
    const state = given === undefined ? "is not set" : `is ${shown}`;
    return [`${key} ${state}: it ${issue.message}.${guidance(node)}`];
  }
  return given === undefined
    ? [`${key} is missing.${guidance(node)}`]
    : [`${key} is ${shown}.${guidance(node)}`];
}
