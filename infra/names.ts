import { createHash } from "node:crypto";
import type * as pulumi from "@pulumi/pulumi";
import type { Location } from "./location";

/** Whose resources are being named: Pulumi's project and stack. */
export interface Naming {
  readonly project: string;
  readonly stack: string;
}

const hashLength = 6;

function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, hashLength);
}

/**
 * Joins `parts` to a name of lower-case letters, digits and single hyphens that every AWS service here accepts.
 *
 * Parts that lose characters on the way, and names longer than `maximumLength`, end in a hash of the original, so that
 * different parts never share a name.
 */
export function physicalName(parts: readonly string[], maximumLength: number): string {
  const original = parts.join("-");
  const clean = original
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  if (clean === original && clean.length <= maximumLength) {
    return clean;
  }
  const kept = clean.slice(0, maximumLength - hashLength - 1).replace(/-+$/, "");
  return `${kept}-${shortHash(original)}`;
}

/** `text` as a part of a resource's name that does not repeat it: names appear in plain wherever the stack is shown. */
export function nameOfSecret(text: string): string {
  return shortHash(text);
}

/** The data bucket's name: the account and the region are in it because bucket names are global. */
export function dataBucketName(naming: Naming, location: Location): pulumi.Output<string> {
  return location.accountId.apply((accountId) => {
    // S3 allows 63 characters; the account and the region must survive, so it is the stack that is shortened.
    const suffix = `data-${accountId}-${location.region}`;
    return `${physicalName([naming.project, naming.stack], 62 - suffix.length)}-${suffix}`;
  });
}

/** The repository of one image, such as `kennel-dev/inference`. */
export function repositoryName(naming: Naming, image: string): string {
  return `${physicalName([naming.project, naming.stack], 100)}/${image}`;
}

/** What an endpoint cannot change in place: a new name makes Pulumi create the new endpoint before it deletes the old one. */
export interface EndpointIdentity {
  readonly mode: string;
  /** The variants' instance type; absent where AWS chooses (serverless). */
  readonly instanceType?: string;
}

/** An endpoint's name: known in a preview, and another one exactly when the endpoint must be replaced. */
export function endpointName(naming: Naming, name: string, identity: EndpointIdentity): string {
  const suffix = shortHash(`${identity.mode} ${identity.instanceType ?? ""}`);
  // SageMaker allows 63 characters.
  return `${physicalName([naming.project, naming.stack, name], 63 - hashLength - 1)}-${suffix}`;
}

/** A Lambda function's name; Lambda allows 64 characters. */
export function functionName(naming: Naming, name: string): string {
  return physicalName([naming.project, naming.stack, name], 64);
}

/** The name of what a stack has one of, such as its notebook, with an optional suffix; at most 63 characters. */
export function stackName(naming: Naming, ...suffix: string[]): string {
  return physicalName([naming.project, naming.stack, ...suffix], 63);
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
