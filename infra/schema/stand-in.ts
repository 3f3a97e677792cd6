import { schemaAt, type SchemaNode } from "./explain";

/**
 * A value of the form that a field has, for where the real one can't be read: its example.
 *
 * @param node the schema of any field of the configuration; all have an example, or one possible value
 */
export function standIn({ const: only, type, example = "null" }: SchemaNode): unknown {
  return only ?? (type === "string" ? example : (JSON.parse(example) as unknown));
}

/** What stands for a secret that no schema knows, such as one of the AWS provider's. */
const unknownSecret = "secret-not-decrypted-offline";

/** Whether `value` is an encrypted one, as Pulumi writes it: a mapping of the one key `secure` to text. */
function isSecret(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.keys(value).length === 1 &&
    typeof (value as { readonly secure?: unknown }).secure === "string"
  );
}

/** The `number`th of several different texts of the form of `node`, in case no two may be the same. */
function differentText({ pattern = "" }: SchemaNode, text: string, number: number): string {
  const candidates = number === 0 ? [] : [`${number}-${text}`, `${text}-${number}`];
  return candidates.find((candidate) => new RegExp(pattern, "u").test(candidate)) ?? text;
}

/**
 * Replaces every encrypted value of a stack file by one of the right form, as text, the way Pulumi hands over a secret.
 *
 * @param schema the schema of everything below the namespace
 * @param key the key that `written` was found at, below the namespace
 */
export function withoutSecrets(
  schema: SchemaNode,
  key: string,
  written: unknown,
): { readonly value: unknown; readonly hasSecrets: boolean } {
  let secrets = 0;
  const replace = (value: unknown, path: readonly PropertyKey[]): unknown => {
    if (isSecret(value)) {
      const node = schemaAt(schema, { [key]: written }, path);
      const sound = node === undefined ? unknownSecret : standIn(node);
      secrets += 1;
      return typeof sound === "string"
        ? differentText(node ?? {}, sound, secrets - 1)
        : JSON.stringify(sound);
    }
    if (Array.isArray(value)) {
      return value.map((item, index) => replace(item, [...path, index]));
    }
    return typeof value === "object" && value !== null
      ? Object.fromEntries(
          Object.entries(value).map(([name, each]) => [name, replace(each, [...path, name])]),
        )
      : value;
  };
  const value = replace(written, [key]);
  return { value, hasSecrets: secrets > 0 };
}
