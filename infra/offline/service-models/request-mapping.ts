import type { AwsAccount } from "../aws-resource-kinds";

/** A resource's properties, named as Pulumi names them. */
export type Properties = Readonly<Record<string, unknown>>;

/** Where a property goes, where its name does not say so. */
export interface Destination {
  /** Members from the request, or from the surrounding structure, on: `LifecycleConfiguration.Rules`. */
  readonly to: string;
  /** Gives the value another form before its own properties are named; what it returns is named as properties are. */
  readonly as?: (value: never) => unknown;
}

/** One request that the provider sends for a resource. */
export interface RequestMapping {
  /** botocore's name of the service. */
  readonly service: string;
  readonly operation: string;
  /**
   * The properties that it takes.
   * @default all
   */
  readonly takes?: readonly string[];
  /**
   * Properties that it does not take, because another request of the type does.
   * @default none
   */
  readonly leaves?: readonly string[];
  /**
   * Properties whose names differ from their members', by their path without indices: `productionVariants.modelName`.
   * @default each property is its member's name but for the case of letters, or its plural or singular
   */
  readonly names?: Readonly<Record<string, string | Destination>>;
  /** Members that the provider adds. */
  readonly adds?: (properties: Properties, account: AwsAccount) => Record<string, unknown>;
  /**
   * Whether it is sent.
   * @default always
   */
  readonly when?: (properties: Properties) => boolean;
}

/** What the provider does with a type of resource. */
export interface TypeMapping {
  readonly requests: readonly RequestMapping[];
  /** Properties that only the provider itself reads, each with the reason. */
  readonly providerOnly?: Readonly<Record<string, string>>;
  /** Why the provider's default tags are not sent although a request could take tags. */
  readonly untagged?: string;
}

/** Types by Pulumi's token. */
export type Mappings = Readonly<Record<string, TypeMapping>>;

/**
 * A type that one request creates.
 *
 * @param names see {@link RequestMapping.names}
 */
export function sends(
  service: string,
  operation: string,
  names: RequestMapping["names"] = {},
  { adds, ...type }: Pick<RequestMapping, "adds"> & Omit<TypeMapping, "requests"> = {},
): TypeMapping {
  return { ...type, requests: [{ service, operation, names, ...(adds && { adds }) }] };
}

/** Properties that have their members' names, but for the case of the first letter, and are below another member. */
export function membersBelow(path: string, ...members: string[]): Record<string, string> {
  return Object.fromEntries(
    members.map((name) => [`${name.charAt(0).toLowerCase()}${name.slice(1)}`, `${path}.${name}`]),
  );
}

/** An object of tags as EC2 wants them where something is created. */
export function tagsOf(resourceType: string): Destination {
  return {
    to: "TagSpecifications",
    as: (tags: Readonly<Record<string, string>>) => [{ resourceType, tags }],
  };
}

/** A document that is sent as its JSON text. */
export function asJson(to: string): Destination {
  return {
    to,
    as: (document: unknown) => (typeof document === "string" ? document : JSON.stringify(document)),
  };
}
