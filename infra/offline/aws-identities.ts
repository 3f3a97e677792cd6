import { dnsSuffixOf, hexDigest, kinds, unknownKind, type AwsAccount } from "./aws-resource-kinds";
import { standInOutputs } from "./stand-in-answer";

type Properties = Readonly<Record<string, unknown>>;

/** What AWS and its provider know of a resource once it exists. */
export interface Identity {
  /** The provider's id: what other resources refer to. */
  readonly id: string;
  /** Output properties that AWS computes, such as `arn`. */
  readonly computed: Properties;
  /** The generated name, as the property that holds it; empty where the program gave one or the type has none. */
  readonly generatedName: Readonly<Record<string, string>>;
}

/**
 * Resolves what AWS and its provider would call a resource.
 *
 * Auto-naming follows the provider: the logical name and seven hexadecimal digits. Types that the table does not know
 * get a generated id, and what the provider's SDK declares as stand-ins.
 */
export function resolveIdentity(
  account: AwsAccount,
  type: string,
  logicalName: string,
  inputs: Properties,
): Identity {
  const { namedBy, id: idText, computed = {} } = kinds[type] ?? unknownKind;
  const given = namedBy === undefined ? undefined : inputs[namedBy];
  const prefix = inputs["namePrefix"];
  const beginning = typeof prefix === "string" ? prefix : `${logicalName}-`;
  const generated = `${beginning}${hexDigest(`${type} ${logicalName}`, 7)}`;
  const name = typeof given === "string" ? given : generated;
  const { accountId, region, partition } = account;
  const known = { account: accountId, region, partition, suffix: dnsSuffixOf(account), name };
  const id = fillIn(idText, known, inputs);
  const outputs = Object.entries(computed).map(([property, text]) => [
    property,
    typeof text === "string" ? fillIn(text, { ...known, id }, inputs) : text,
  ]);
  return {
    id,
    computed: type in kinds ? Object.fromEntries(outputs) : declared(account, type, name, inputs),
    generatedName: namedBy === undefined || given !== undefined ? {} : { [namedBy]: generated },
  };
}

/** Fills in a text of a `Kind`. */
function fillIn(text: string, known: Readonly<Record<string, string>>, inputs: Properties): string {
  return text.replace(/\{(?:input\.)?(\w+)(?:\|(.*?))?\}/g, (whole, key: string, otherwise) => {
    if (whole.startsWith("{input.")) {
      return String(inputs[key] ?? otherwise).replace("https://", "");
    }
    if (key === "content") {
      return hexDigest(JSON.stringify(inputs), 64);
    }
    if (key === "uuid") {
      return hexDigest(known["name"]!, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
    }
    return known[key] ?? hexDigest(known["name"]!, Number(key.slice("hex".length)));
  });
}

/** What the provider's SDK declares for a kind that nothing is known of, without what the program gives. */
function declared(
  account: AwsAccount,
  type: string,
  name: string,
  inputs: Properties,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(standInOutputs(account, type, name)).filter(([key]) => !(key in inputs)),
  );
}
