import { mappings } from "../offline/service-models/mappings";
import { readInputs } from "../offline/service-models/read-inputs";
import {
  causedRequests,
  takesProperty,
  type RequestingResource,
} from "../offline/service-models/resource-requests";
import { validateRequests } from "./validate-requests";

/**
 * Checks every request that creating these resources causes against AWS's own description of it.
 *
 * @param resources as recorded, with the AWS provider among them: its default tags are sent with each request
 * @returns a sentence for each violation, with the resource, the member, the rule and the request
 */
export async function violationsOf(resources: readonly RequestingResource[]): Promise<string[]> {
  const caused = causedRequests(resources);
  const refused = await validateRequests(caused.map(({ request }) => request));
  const violations = caused.flatMap(({ resource: { type, name }, problems, request }, index) => {
    return [...problems, ...refused[index]!.map(({ message }) => message)].map(
      (each) => `${type} ${name}: ${each} (${request.service} ${request.operation})`,
    );
  });
  return [...resources.flatMap(unsentProperties), ...violations];
}

/** What of a resource no request takes; components and the provider cause none. */
function unsentProperties({ type, name, inputs }: RequestingResource): string[] {
  const mapping = mappings[type];
  if (mapping === undefined) {
    return /^(kennel|pulumi):/.test(type)
      ? []
      : [
          `${type} ${name}: which requests create it is not known; add it to infra/offline/service-models/mappings`,
        ];
  }
  return Object.keys(readInputs(inputs))
    .filter((property) => mapping.providerOnly?.[property] === undefined)
    .filter((property) => !mapping.requests.some((request) => takesProperty(request, property)))
    .map(
      (property) =>
        `${type} ${name}: ${property} is in no request and not listed as the provider's own`,
    );
}
