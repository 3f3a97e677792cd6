import * as pulumi from "@pulumi/pulumi";
import { resolveIdentity } from "./aws-identities";
import { partitionOf } from "../../packages/aws-facts/partitions";
import { kinds, type AwsAccount } from "./aws-resource-kinds";
import { lookUp } from "./look-ups";

/** What the stand-in AWS should pretend. */
export interface AwsMocksOptions {
  /**
   * Twelve digits.
   * @default "123456789012"
   */
  readonly accountId?: string;
  /** @default "us-east-1" */
  readonly region?: string;
  /** @default the region's */
  readonly partition?: string;
  /**
   * `deployed`: every id and ARN is known, as after `pulumi up`. `preview`: only what a first preview knows (inputs and
   * generated names), so run the program with Pulumi's preview flag set.
   * @default "deployed"
   */
  readonly stage?: "preview" | "deployed";
  /**
   * The outputs of other stacks, by the name that a StackReference gives.
   * @default none
   */
  readonly stacks?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** What the id of an existing resource does not tell of it, of the types that the program reads. */
const existing: Readonly<Record<string, (id: string) => Record<string, unknown>>> = {
  "aws:sagemaker/endpoint:Endpoint": (id) => ({ endpointConfigName: `${id}-configuration` }),
  "aws:sagemaker/endpointConfiguration:EndpointConfiguration": () => ({
    // What the console and SageMaker's SDK call a variant when they are not told.
    productionVariants: [{ variantName: "AllTraffic", instanceType: "ml.m5.large" }],
  }),
};

/**
 * What AWS knows of a resource that exists already and belongs to somebody else, as `Resource.get` reads it.
 *
 * @returns its state, or undefined for a type that no program reads yet
 */
export function readExisting(
  account: AwsAccount,
  type: string,
  id: string,
): Record<string, unknown> | undefined {
  const others = existing[type]?.(id);
  return others && { ...identified(account, type, id, id), ...others };
}

/** What the type and the id alone tell of an existing resource: its name and its ARN; undefined for a stack. */
function identified(
  account: AwsAccount,
  type: string,
  name: string,
  id: string,
): Record<string, unknown> | undefined {
  if (type === "pulumi:pulumi:StackReference") {
    return undefined;
  }
  const namedBy = kinds[type]?.namedBy;
  const named = namedBy === undefined ? {} : { [namedBy]: id };
  const { id: resolved, computed } = resolveIdentity(account, type, name, named);
  // A kind whose ids are generated would have another one's ARN.
  return { ...named, ...(resolved === id ? computed : {}) };
}

/**
 * A stand-in for AWS to evaluate the program against, without credentials or network.
 *
 * Every run gives the same names, ids and ARNs.
 */
export function createAwsMocks(options: AwsMocksOptions = {}): pulumi.runtime.Mocks {
  const region = options.region ?? "us-east-1";
  const account: AwsAccount = {
    accountId: options.accountId ?? "123456789012",
    region,
    partition: options.partition ?? partitionOf(region)?.id ?? "aws",
  };
  const deployed = (options.stage ?? "deployed") === "deployed";
  return {
    // The interface allows a promise here; what is returned needs no waiting.
    newResource: ({ type, name, inputs, id: readId }) => {
      if (readId) {
        const outputs = options.stacks?.[readId];
        const state =
          type === "pulumi:pulumi:StackReference" && outputs !== undefined
            ? { name: readId, outputs, secretOutputNames: [] }
            : (readExisting(account, type, readId) ?? identified(account, type, name, readId));
        if (state === undefined) {
          throw new Error(`The outputs of the stack ${readId} are not known offline.`);
        }
        return { id: readId, state };
      }
      const given = inputs as Record<string, unknown>;
      const { id, computed, generatedName } = resolveIdentity(account, type, name, given);
      return {
        id: deployed ? id : undefined,
        state: { ...given, ...generatedName, ...(deployed ? computed : {}) },
      };
    },
    call: ({ token, inputs }) => lookUp(account, token, inputs as Record<string, unknown>),
  };
}
