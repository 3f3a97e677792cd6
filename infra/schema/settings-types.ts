import { allowedText, choiceOf, type SchemaNode } from "./explain";

/** The interfaces to declare, by name, in the order in which they are met. */
type Declarations = Map<string, string>;

/** The longest line, in characters. */
const width = 130;

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Whether TypeScript says what is allowed: the keys of an object, or one of several constants. */
function isDescribedByType(node: SchemaNode): boolean {
  const { properties, oneOf, enum: constants } = node;
  return [properties, oneOf, constants, node.const].some((each) => each !== undefined);
}

/** A documentation comment from the same texts as the reference of the configuration. */
function comment(node: SchemaNode, indent: string): string {
  const margin = `${indent} * `;
  const fallback = node.default === undefined || typeof node.default === "object";
  const lines = [
    ...(node.description === undefined ? [] : [`${node.description}.`]),
    ...(isDescribedByType(node) ? [] : [`Allowed: ${allowedText(node)}.`]),
    ...(fallback ? [] : [`@default ${JSON.stringify(node.default)}`]),
    ...(node.example === undefined ? [] : [`@example \`${node.example}\``]),
  ];
  if (lines.length === 0) {
    return "";
  }
  const text = lines.flatMap((line) =>
    wrapped(line.replaceAll("*/", "*\\/"), width - margin.length),
  );
  return `${indent}/**\n${text.map((line) => `${margin}${line}\n`).join("")}${indent} */\n`;
}

/** `text` in lines of at most `length` characters, as far as its words allow. */
function wrapped(text: string, length: number): string[] {
  return text.match(new RegExp(`\\S.{0,${length - 1}}(?= |$)|\\S+`, "g")) ?? [];
}

/** `EndpointSettings` and `Scaling` are `EndpointScalingSettings`. */
function nested(name: string, part: string): string {
  return `${name.replace(/Settings$/, "")}${part}Settings`;
}

function declareInterface(name: string, node: SchemaNode, declared: Declarations): string {
  declared.set(name, "");
  const required = new Set(node.required);
  const members = Object.entries(node.properties ?? {}).map(([key, child]) => {
    const optional = required.has(key) ? "" : "?";
    const type = typeOf(child, nested(name, capitalized(key)), declared);
    const member = `readonly ${key}${optional}: ${type}${optional && " | undefined"};`;
    return `${comment(child, "  ")}  ${wrapped(member, width - 4).join("\n    ")}\n`;
  });
  declared.set(name, `${comment(node, "")}export interface ${name} {\n${members.join("")}}\n`);
  return name;
}

function typeOf(node: SchemaNode, name: string, declared: Declarations): string {
  if (node.const !== undefined) {
    return JSON.stringify(node.const);
  }
  if (node.enum !== undefined) {
    return node.enum.map((value) => JSON.stringify(value)).join(" | ");
  }
  if (node.oneOf !== undefined) {
    return node.oneOf
      .map((each) => typeOf(each, nested(name, choiceName(each)), declared))
      .join(" | ");
  }
  if (node.type === "array") {
    return `readonly ${typeOf(node.items ?? {}, nested(name, "Item"), declared)}[]`;
  }
  if (node.properties !== undefined) {
    return declareInterface(name, node, declared);
  }
  if (typeof node.additionalProperties === "object") {
    return `Readonly<Record<string, ${typeOf(node.additionalProperties, nested(name, "Value"), declared)}>>`;
  }
  return node.type === "integer" ? "number" : (node.type ?? "unknown");
}

/** What tells an alternative apart, as a part of a name. */
function choiceName(alternative: SchemaNode): string {
  return String(choiceOf(alternative)?.constant ?? "")
    .split("-")
    .map(capitalized)
    .join("");
}

/**
 * Writes the settings of components as TypeScript interfaces, documented with the schema's own texts.
 *
 * @param sections the schema of each component's settings, by the interface's name
 */
export function settingsTypes(sections: Readonly<Record<string, SchemaNode>>): string {
  const declared: Declarations = new Map();
  for (const [name, node] of Object.entries(sections)) {
    typeOf(node, name, declared);
  }
  return `// Generated from the schema that checks the settings: \`npx ts-node infra/generate.ts\`.\n\n${[...declared.values()].join("\n")}`;
}
