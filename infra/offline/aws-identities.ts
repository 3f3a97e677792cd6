import {
  generatedId,
  hexDigest,
  kinds,
  type AwsAccount,
  type Identity,
} from "./aws-resource-kinds";

/** The names and identities that AWS would give to a resource of the type `type`. */
export interface ResolvedIdentity extends Identity {
  /** The generated name, as the property that holds it; empty where the program gave one or the type has none. */
  readonly generatedName: Readonly<Record<string, string>>;
}

/**
 * Resolves what AWS and its provider would call a resource.
 *
 * Auto-naming follows the provider: the logical name and seven hexadecimal digits. Types that the table does not know
 * get a generated id and nothing else.
 */
export function resolveIdentity(
  account: AwsAccount,
  type: string,
  logicalName: string,
  inputs: Readonly<Record<string, unknown>>,
): ResolvedIdentity {
  const kind = kinds[type] ?? generatedId("id");
  const given = kind.namedBy === undefined ? undefined : inputs[kind.namedBy];
  const prefix = inputs["namePrefix"];
  const beginning = typeof prefix === "string" ? prefix : `${logicalName}-`;
  const generated = `${beginning}${hexDigest(`${type} ${logicalName}`, 7)}`;
  const physicalName = typeof given === "string" ? given : generated;
  const generatedName: Record<string, string> =
    kind.namedBy === undefined || given !== undefined ? {} : { [kind.namedBy]: generated };
  return { ...kind.identify({ account, physicalName, inputs }), generatedName };
}
