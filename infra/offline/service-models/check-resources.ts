import type { AwsAccount } from "../aws-resource-kinds";
import { mappings } from "./mappings";
import {
  readDefaultTags,
  requestsOf,
  sentProperties,
  takesProperty,
  type RequestingResource,
  type ResourceRequest,
} from "./resource-requests";
import { validateRequests } from "./validate";

/** The account that requests are made in. */
const account: AwsAccount = { accountId: "123456789012", region: "us-east-1", partition: "aws" };

/** Components and the provider cause no requests. */
function causesRequests(type: string): boolean {
  return !/^(kennel|pulumi):/.test(type);
}

/**
 * Checks every request that creating these resources causes against AWS's own description of it.
 *
 * @param resources as recorded, with the AWS provider among them: its default tags are sent, too
 * @returns a sentence for each violation, with the resource, the property, the rule and the request
 */
export async function violationsOf(resources: readonly RequestingResource[]): Promise<string[]> {
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
  resources: readonly RequestingResource[],
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

/** What of a resource no request takes. */
function unsentProperties(
  resource: RequestingResource,
  defaultTags: Readonly<Record<string, string>>,
): string[] {
  const { type, name } = resource;
  const mapping = mappings[type];
  if (mapping === undefined) {
    return [
      `${type} ${name}: which requests create it is not known; add it to infra/offline/service-models/mappings`,
    ];
  }
  return Object.keys(sentProperties(resource, mapping, defaultTags, account))
    .filter((property) => mapping.providerOnly?.[property] === undefined)
    .filter((property) => !mapping.requests.some((request) => takesProperty(request, property)))
    .map(
      (property) =>
        `${type} ${name}: ${property} is in no request and not listed as the provider's own`,
    );
}

function sentRequests(
  resource: RequestingResource,
  defaultTags: Readonly<Record<string, string>>,
): (ResourceRequest & { readonly label: string })[] {
  const { type, name } = resource;
  const mapping = mappings[type];
  if (mapping === undefined) {
    return [];
  }
  const properties = sentProperties(resource, mapping, defaultTags, account);
  return requestsOf(mapping, properties, account).map((sent) => ({
    ...sent,
    label: `${type} ${name}`,
  }));
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
