import {
  generatedId,
  hexDigest,
  kinds,
  type AwsAccount,
  type Identity,
  type IdentityRequest,
  type Kind,
} from "./aws-resource-kinds";
import { standInOutputs } from "./stand-in-answer";

/** The names and identities that AWS would give to a resource of the type `type`. */
export interface ResolvedIdentity extends Identity {
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
  inputs: Readonly<Record<string, unknown>>,
): ResolvedIdentity {
  const kind = kinds[type] ?? unknownKind(type);
  const given = kind.namedBy === undefined ? undefined : inputs[kind.namedBy];
  const prefix = inputs["namePrefix"];
  const beginning = typeof prefix === "string" ? prefix : `${logicalName}-`;
  const generated = `${beginning}${hexDigest(`${type} ${logicalName}`, 7)}`;
  const physicalName = typeof given === "string" ? given : generated;
  const generatedName: Record<string, string> =
    kind.namedBy === undefined || given !== undefined ? {} : { [kind.namedBy]: generated };
  return { ...kind.identify({ account, physicalName, inputs }), generatedName };
}

function unknownKind(type: string): Kind {
  return {
    identify: (request) => ({
      ...generatedId("id").identify(request),
      computed: withoutInputs(standInOutputs(request.account, type, request.physicalName), request),
    }),
  };
}

function withoutInputs(
  outputs: Readonly<Record<string, unknown>>,
  { inputs }: IdentityRequest,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(outputs).filter(([key]) => !(key in inputs)));
}
