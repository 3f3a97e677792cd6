import { resolveIdentity } from "../aws-identities";
import type { AwsAccount } from "../aws-resource-kinds";
import type { RecordedResource } from "../recorder";
import { buildRequest, type BuiltRequest } from "./build-request";
import { mappings } from "./mappings";
import { readInputs } from "./read-inputs";
import type { Properties, RequestMapping, TypeMapping } from "./request-mapping";
import { inputShape, serviceModel, shapeOf } from "./service-model";
import { validateRequests, type Request } from "./validate";

/** The account that requests are made in. */
const account: AwsAccount = { accountId: "123456789012", region: "us-east-1", partition: "aws" };

/** What of a recorded resource decides its requests. */
export type CheckedResource = Pick<RecordedResource, "type" | "name" | "inputs">;

const providerType = "pulumi:providers:aws";

/** Components and the provider cause no request of their own. */
function causesRequests(type: string): boolean {
  return !/^(kennel|pulumi):/.test(type);
}

/**
 * Checks every request that creating these resources causes against AWS's own description of it.
 *
 * @param resources as recorded, with the AWS provider among them: its default tags are sent, too
 * @returns a sentence for each violation, with the resource, the property, the rule and the request
 */
export async function violationsOf(resources: readonly CheckedResource[]): Promise<string[]> {
  const defaultTags = readDefaultTags(resources);
  const caused = resources.filter(({ type }) => causesRequests(type));
  const sent = caused.flatMap((resource) => sentRequests(resource, defaultTags));
  const refused = await validateRequests(sent.map(({ request }) => request));
  return [
    ...caused.flatMap((resource) => unsentProperties(resource, defaultTags)),
    ...sent.flatMap(({ label, problems, sources, request: { service, operation } }, index) =>
      [
        ...problems,
        ...refused[index]!.map(({ path, message }) => ({
          path: propertyOf(sources, path) ?? path,
          message,
        })),
      ].map(({ path, message }) => `${label}: ${path}: ${message} (${service} ${operation})`),
    ),
  ];
}

/** The requests that create these resources, each with the type of the resource. */
export function causedRequests(
  resources: readonly CheckedResource[],
): { readonly type: string; readonly service: string; readonly operation: string }[] {
  const defaultTags = readDefaultTags(resources);
  return resources.flatMap((resource) =>
    sentRequests(resource, defaultTags).map(({ request: { service, operation } }) => ({
      type: resource.type,
      service,
      operation,
    })),
  );
}

function readDefaultTags(resources: readonly CheckedResource[]): Record<string, string> {
  const provider = resources.find(({ type }) => type === providerType);
  const text = provider?.inputs["defaultTags"];
  return typeof text === "string"
    ? (JSON.parse(text) as { tags: Record<string, string> }).tags
    : {};
}

/** What of a resource no request takes. */
function unsentProperties(
  resource: CheckedResource,
  defaultTags: Readonly<Record<string, string>>,
): string[] {
  const { type, name } = resource;
  const mapping = mappings[type];
  if (mapping === undefined) {
    return [
      `${type} ${name}: which requests create it is not known; add it to infra/offline/service-models/mappings`,
    ];
  }
  return Object.keys(sentProperties(resource, mapping, defaultTags))
    .filter((property) => mapping.providerOnly?.[property] === undefined)
    .filter((property) => !mapping.requests.some((request) => takesProperty(request, property)))
    .map(
      (property) =>
        `${type} ${name}: ${property} is in no request and not listed as the provider's own`,
    );
}

/** A request that a resource causes. */
interface SentRequest extends Pick<BuiltRequest, "problems" | "sources"> {
  /** Type and name of the resource. */
  readonly label: string;
  readonly request: Request;
}

function sentRequests(
  resource: CheckedResource,
  defaultTags: Readonly<Record<string, string>>,
): SentRequest[] {
  const { type, name } = resource;
  const mapping = mappings[type];
  if (mapping === undefined) {
    return [];
  }
  const { providerOnly = {} } = mapping;
  const properties = sentProperties(resource, mapping, defaultTags);
  return mapping.requests
    .filter((request) => request.when?.(properties) ?? true)
    .map((request) => {
      const taken = Object.entries(properties).filter(
        ([property]) => providerOnly[property] === undefined && takesProperty(request, property),
      );
      const { service, operation } = request;
      const { members, sources, problems } = buildRequest(request, Object.fromEntries(taken));
      const body = { ...request.adds?.(properties, account), ...members };
      return {
        label: `${type} ${name}`,
        sources,
        problems,
        request: { service, operation, request: body },
      };
    });
}

/** The properties that the provider sees: with the name that it generates and the default tags. */
function sentProperties(
  { type, name, inputs }: CheckedResource,
  mapping: TypeMapping,
  defaultTags: Readonly<Record<string, string>>,
): Properties {
  const given = readInputs(inputs);
  const { generatedName } = resolveIdentity(account, type, name, inputs);
  const named = { ...given, ...generatedName };
  const tags = { ...defaultTags, ...(given["tags"] as Record<string, string> | undefined) };
  return isTaggable(mapping) && Object.keys(tags).length > 0 ? { ...named, tags } : named;
}

function isTaggable({ requests, untagged }: TypeMapping): boolean {
  return (
    untagged === undefined &&
    requests.some(({ service, operation }) => {
      const { members = {} } = shapeOf(serviceModel(service), inputShape(service, operation));
      return Object.keys(members).some((member) =>
        /^(tags|tagging|tagspecifications|resourcetags)$/i.test(member),
      );
    })
  );
}

function takesProperty({ takes, leaves = [] }: RequestMapping, property: string): boolean {
  return takes === undefined ? !leaves.includes(property) : takes.includes(property);
}

/** The property that a member comes from, through the nearest structure around it. */
function propertyOf(sources: ReadonlyMap<string, string>, member: string): string | undefined {
  const exact = sources.get(member);
  if (exact !== undefined) {
    return exact;
  }
  const parent = /^(.*)[.[][^.[]*$/.exec(member)?.[1];
  if (parent === undefined) {
    return undefined;
  }
  const found = propertyOf(sources, parent);
  return found === undefined ? undefined : `${found}${member.slice(parent.length)}`;
}
