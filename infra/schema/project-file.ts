import { parseDocument } from "yaml";
import { allowedText, type SchemaNode } from "./explain";
import { absent } from "./stack";

/** One entry of the `config` section of Pulumi.yaml. */
interface ConfigEntry {
  readonly type?: string;
  readonly description: string;
  readonly default: unknown;
}

/**
 * Pulumi takes a key without a default for a required one, and checks the type of a structured one before the program
 * sees it: one mistake at a time, and no section may be a secret as a whole. So such keys have no type here.
 */
function entry(node: SchemaNode): ConfigEntry {
  const example = node.example === undefined ? "" : ` Example: ${node.example}`;
  return {
    ...(node.type === "string" ? { type: node.type } : {}),
    description: `${node.description ?? ""}. Allowed: ${allowedText(node)}.${example}`,
    default: node.default ?? absent,
  };
}

/**
 * Writes the schema into a Pulumi.yaml, so that Pulumi knows and shows the same keys as the program.
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
