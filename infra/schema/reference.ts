import { allowedText, choiceOf, type SchemaNode } from "./explain";

interface Row {
  readonly key: string;
  readonly node: SchemaNode;
  readonly required: boolean;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

function code(value: unknown): string {
  return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}

/** The fields below `node`, depth first, each under its full key. */
function rows(key: string, node: SchemaNode, required: boolean): Row[] {
  const own: Row = { key, node, required };
  const alternatives = (node.oneOf ?? []).flatMap((alternative) => {
    const choice = choiceOf(alternative);
    const label = choice === undefined ? key : `${key} (${choice.key}: ${String(choice.constant)})`;
    return rows(label, alternative, false);
  });
  const children = Object.entries(node.properties ?? {})
    .filter(([, child]) => child.const === undefined)
    .flatMap(([name, child]) =>
      rows(
        `${key}.${name}`,
        child,
        (node.required ?? []).includes(name) && child.default === undefined,
      ),
    );
  const { additionalProperties } = node;
  const named =
    typeof additionalProperties === "object"
      ? rows(`${key}.<name>`, additionalProperties, false)
      : [];
  const items =
    node.items?.properties === undefined
      ? []
      : rows(`${key}[…]`, node.items, false).filter((row) => row.node !== node.items);
  return [own, ...alternatives, ...children, ...named, ...items];
}

function line({ key, node, required }: Row): string {
  const fallback =
    node.default === undefined || typeof node.default === "object"
      ? required
        ? "required"
        : ""
      : code(node.default);
  const example = node.example === undefined ? "" : code(node.example);
  return `| \`${cell(key)}\` | ${cell(node.description ?? "")} | ${cell(allowedText(node))} | ${cell(fallback)} | ${cell(example)} |`;
}

/**
 * Describes every setting as a Markdown page.
 *
 * @param namespace the project's name, before the colon of each key
 * @param schema JSON schema of everything under that namespace
 */
export function configurationReference(namespace: string, schema: SchemaNode): string {
  const table = Object.entries(schema.properties ?? {})
    .flatMap(([key, node]) => rows(`${namespace}:${key}`, node, false))
    .map(line);
  return `# Configuration

What a stack file (\`Pulumi.<stack>.yaml\`) may contain, besides \`aws:region\` and the AWS provider's other settings. This page
is generated from the schema that checks it: \`npx ts-node infra/generate.ts\`.

| Key | Meaning | Allowed | Default | Example |
| --- | --- | --- | --- | --- |
${table.join("\n")}
`;
}
