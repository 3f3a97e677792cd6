import { parseDocument } from "yaml";
import { allowedText, type SchemaNode } from "./explain";

/** One entry of the `config` section of Pulumi.yaml. */
interface ConfigEntry {
  readonly type: string;
  readonly description: string;
  readonly default: unknown;
}

function entry(node: SchemaNode): ConfigEntry {
  const type = node.type ?? "object";
  const example = node.example === undefined ? "" : ` Example: ${node.example}`;
  return {
    type,
    description: `${node.description ?? ""}. Allowed: ${allowedText(node)}.${example}`,
    // Pulumi takes a key without a default for a required one.
    default: node.default ?? (type === "object" ? {} : ""),
  };
}

/**
 * Writes the schema into a Pulumi.yaml, so that Pulumi checks and documents the same keys as the program.
 *
 * @param text the file as it is; everything but its `config` section stays
 * @param schema JSON schema of everything under the project's namespace
 */
export function withConfigSection(text: string, schema: SchemaNode): string {
  const document = parseDocument(text);
  const entries = Object.entries(schema.properties ?? {});
  document.set(
    "config",
    document.createNode(Object.fromEntries(entries.map(([key, node]) => [key, entry(node)]))),
  );
  return document.toString({ lineWidth: 0 });
}
