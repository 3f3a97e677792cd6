import { resolveIdentity } from "../aws-identities";
import type { AwsAccount } from "../aws-resource-kinds";
import type { RecordedResource } from "../recorder";
import { buildRequest } from "./build-request";
import { mappings } from "./mappings";
import { readInputs } from "./read-inputs";
import type { Properties, RequestMapping, TypeMapping } from "./request-mapping";
import { inputShape, serviceModel, shapeOf } from "./service-model";

/** What of a resource decides its requests. */
export type RequestingResource = Pick<RecordedResource, "type" | "name" | "inputs">;

/** A request as the API names it. */
export interface AwsRequest {
  /** botocore's name of the service, such as `sagemaker`. */
  readonly service: string;
  /** Such as `CreateEndpoint`. */
  readonly operation: string;
  /** Members, with `unknownValue` and `fileContent` in place of what is not there. */
  readonly request: unknown;
}

/** What AWS would refuse in a request, as validate_requests.py tells it. */
export interface Violation {
  /** Such as `ProductionVariants[0].InstanceType`; empty for the request itself. */
  readonly path: string;
  readonly message: string;
}

/** A request that a resource causes, with a sentence for each property that could not be put into it. */
export interface ResourceRequest {
  readonly request: AwsRequest;
  readonly problems: readonly string[];
}

/** The account that requests are made in. */
const exampleAccount: AwsAccount = {
  accountId: "123456789012",
  region: "us-east-1",
  partition: "aws",
};

const providerType = "pulumi:providers:aws";

/** The tags that the provider gives everything, from the inputs of the provider among `resources`. */
export function readDefaultTags(
  resources: readonly Pick<RequestingResource, "type" | "inputs">[],
): Readonly<Record<string, string>> {
  const provider = resources.find(({ type }) => type === providerType);
  const text = provider?.inputs["defaultTags"];
  return typeof text === "string"
    ? (JSON.parse(text) as { tags: Record<string, string> }).tags
    : {};
}

/** The properties that the provider sees: with the name that it generates and the default tags. */
export function sentProperties(
  { type, name, inputs }: RequestingResource,
  mapping: TypeMapping,
  defaultTags: Readonly<Record<string, string>>,
  account: AwsAccount,
): Properties {
  const given = readInputs(inputs);
  const { generatedName } = resolveIdentity(account, type, name, inputs);
  const named = { ...given, ...generatedName };
  const tags = { ...defaultTags, ...(given["tags"] as Record<string, string> | undefined) };
  return isTaggable(mapping) && Object.keys(tags).length > 0 ? { ...named, tags } : named;
}

/**
 * The requests of `mapping` for a resource.
 *
 * @param properties those of {@link sentProperties}
 */
export function requestsOf(
  mapping: TypeMapping,
  properties: Properties,
  account: AwsAccount,
): ResourceRequest[] {
  const { providerOnly = {} } = mapping;
  return mapping.requests
    .filter((request) => request.when?.(properties) ?? true)
    .map((request) => {
      const taken = Object.entries(properties).filter(
        ([property]) => providerOnly[property] === undefined && takesProperty(request, property),
      );
      const { service, operation } = request;
      const { members, problems } = buildRequest(request, Object.fromEntries(taken));
      const body = { ...request.adds?.(properties, account), ...members };
      return { problems, request: { service, operation, request: body } };
    });
}

/** The requests that create these resources, each with its resource; what is not in {@link mappings} causes none. */
export function causedRequests<R extends RequestingResource>(
  resources: readonly R[],
): (ResourceRequest & { readonly resource: R })[] {
  const defaultTags = readDefaultTags(resources);
  return resources.flatMap((resource) => {
    const mapping = mappings[resource.type];
    if (mapping === undefined) {
      return [];
    }
    const properties = sentProperties(resource, mapping, defaultTags, exampleAccount);
    const requests = requestsOf(mapping, properties, exampleAccount);
    return requests.map((request) => ({ ...request, resource }));
  });
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

/** Whether a request takes a property. */
export function takesProperty({ takes, leaves = [] }: RequestMapping, property: string): boolean {
  return takes === undefined ? !leaves.includes(property) : takes.includes(property);
}
