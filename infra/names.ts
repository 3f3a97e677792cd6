import { createHash } from "node:crypto";
import type * as pulumi from "@pulumi/pulumi";
import type { Location } from "./location";

/** Whose resources are being named: Pulumi's project and stack. */
export interface Naming {
  readonly project: string;
  readonly stack: string;
}

/** 62 bits: two names of one program differ, and nobody finds two that don't. A digit first tells it from an endpoint's name. */
const hash = { length: 12, pattern: /-\d[a-z0-9]{11}$/ } as const;

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Whatever the parts are: `["a-b", "c"]` and `["a", "b-c"]` have different ones. */
function hashOf(parts: readonly string[]): string {
  const number = BigInt(`0x${digest(JSON.stringify(parts))}`);
  const rest = (number / 10n).toString(36).slice(-(hash.length - 1));
  return `${number % 10n}${rest}`;
}

/** Whether the parts can be read back from the name: only the last may have hyphens, and none may pass for a hash. */
function isReadable(parts: readonly string[], name: string): boolean {
  return (
    /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) &&
    !hash.pattern.test(name) &&
    parts.slice(0, -1).every((part) => !part.includes("-"))
  );
}

/**
 * Joins `parts` to a name of lower-case letters, digits and single hyphens that every AWS service here accepts.
 *
 * Different parts never share a name, also where AWS takes no notice of case: parts that can't be read back from the
 * name, and names longer than `maximumLength`, end in a hash of the parts.
 *
 * @param maximumLength at least 14
 */
export function physicalName(parts: readonly string[], maximumLength: number): string {
  const joined = parts.join("-");
  if (joined.length <= maximumLength && isReadable(parts, joined)) {
    return joined;
  }
  const kept = joined
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, maximumLength - hash.length - 1)
    .replace(/^-+|-+$/g, "");
  return [kept, hashOf(parts)].filter(Boolean).join("-");
}

/** `text` as a part of a resource's name that does not repeat it: names appear in plain wherever the stack is shown. */
export function nameOfSecret(text: string): string {
  return digest(text).slice(0, 6);
}

/**
 * The data bucket's name: the account and the region are in it because bucket names are global.
 *
 * @param name tells several buckets of one stack apart
 */
export function dataBucketName(
  naming: Naming,
  location: Location,
  name?: string,
): pulumi.Output<string> {
  const parts = [naming.project, naming.stack, ...(name === undefined ? [] : [name])];
  return location.accountId.apply((accountId) => {
    // S3 allows 63 characters; the account and the region must survive, so it is the stack that is shortened.
    const suffix = `data-${accountId}-${location.region}`;
    return `${physicalName(parts, 62 - suffix.length)}-${suffix}`;
  });
}

/** The repository of one image, such as `kennel-dev/inference`. */
export function repositoryName(naming: Naming, image: string): string {
  return `${physicalName([naming.project, naming.stack], 100)}/${physicalName([image], 100)}`;
}

/** What an endpoint cannot change in place: a new name makes Pulumi create the new endpoint before it deletes the old one. */
export interface EndpointIdentity {
  readonly mode: string;
  /** The variants' instance type; absent where AWS chooses (serverless). */
  readonly instanceType?: string;
  /**
   * Whether alarms roll its updates back: the provider deletes and creates an endpoint when that begins or ends.
   * @default false
   */
  readonly rollsBack?: boolean;
}

/** An endpoint's name: known in a preview, and another one exactly when the endpoint must be replaced. */
export function endpointName(naming: Naming, name: string, identity: EndpointIdentity): string {
  const { mode, instanceType = "", rollsBack = false } = identity;
  const suffix = digest([mode, instanceType, ...(rollsBack ? ["alarms"] : [])].join(" ")).slice(
    0,
    6,
  );
  // SageMaker allows 63 characters.
  return `${physicalName([naming.project, naming.stack, name], 63 - suffix.length - 1)}-${suffix}`;
}

/**
 * What an endpoint's name has in common with the names of the endpoints that it takes the place of, or that take its place.
 *
 * @returns undefined where the name is not one of {@link endpointName}
 */
export function endpointNameStem(endpointName: string): string | undefined {
  return /^(.+-)[0-9a-f]{6}$/.exec(endpointName)?.[1];
}

/** The name of what a stack may have several of, such as functions; at most 64 characters, which Lambda allows. */
export function nameInStack({ project, stack }: Naming, name: string): string {
  return physicalName([project, stack, name], 64);
}

/** The name of what a stack has one of, such as its notebook, with an optional suffix; at most 63 characters. */
export function stackName({ project, stack }: Naming, suffix?: string): string {
  const end = suffix === undefined ? "" : `-${suffix}`;
  return `${physicalName([project, stack], 63 - end.length)}${end}`;
}

/** The queue of a function's failed calls; SQS allows 80 characters. */
export function deadLetterQueueName(functionName: string): string {
  return `${functionName}-failed`;
}

/** The log group that an API in front of a function writes to; CloudWatch wants this prefix of what AWS delivers. */
export function apiLogGroupName(functionName: string): string {
  return `/aws/vendedlogs/${functionName}-api`;
}

/** The log group that Lambda writes to. */
export function functionLogGroupName(functionName: string): string {
  return `/aws/lambda/${functionName}`;
}

/** The log group that the trainer writes to. */
export function trainerLogGroupName(naming: Naming): string {
  return `/kennel/${stackName(naming, "trainer")}`;
}

/** The log group that SageMaker writes an endpoint's container output to. */
export function endpointLogGroupName(endpointName: string): string {
  return `/aws/sagemaker/Endpoints/${endpointName}`;
}
