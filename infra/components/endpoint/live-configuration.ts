import { createHash } from "node:crypto";
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { LiveAccount, EndpointState } from "../../live/account";
import { settledEndpoint } from "../../live/settled-endpoint";
import { startingCount, type ScaledFleet } from "../../live/starting-count";
import type { WantedConfiguration } from "./endpoint-variant";

/** What a configuration is for. */
export interface LiveConfigurationOptions {
  /** The endpoint's name. */
  readonly endpointName: string;
  /** What the configuration's name begins with; only the beginning is used of a long one. */
  readonly name: string;
  /** The configuration with the number of instances of a first start. */
  readonly wanted: WantedConfiguration;
  /** How the endpoint moves to it. */
  readonly deployment: aws.types.input.sagemaker.EndpointDeploymentConfig | undefined;
  /** The fleet that scaling moves. Omit where the number of instances is as wanted. */
  readonly fleet: ScaledFleet | undefined;
  /** Where to look at what runs. Omit to look nowhere, as in a test. */
  readonly account: LiveAccount | undefined;
}

/** A name may have 63 characters, of which the provider's suffix has 26. */
const longestPrefix = 63 - 26;

/** The value of an output, or undefined where a preview does not know it yet; the SDK publishes no types for these. */
async function valueOf<T>(output: pulumi.Output<T>): Promise<T | undefined> {
  const { isKnown } = output as unknown as { readonly isKnown: Promise<boolean> };
  return (await isKnown) ? (output as unknown as { promise(): Promise<T> }).promise() : undefined;
}

/**
 * The beginning of the name of every configuration with this content: it tells of a live one whether it is the wanted one.
 *
 * The number of instances is not a part of it. How the endpoint moves is, because a change of that also updates the
 * endpoint, and so needs a configuration that starts with the instances that run.
 */
function prefixOf({ name, wanted, deployment }: LiveConfigurationOptions): pulumi.Output<string> {
  return pulumi
    .output({ wanted, deployment })
    .apply(({ wanted: { productionVariants, ...rest }, ...more }) => {
      const variants = productionVariants.map((variant) => ({
        ...variant,
        initialInstanceCount: undefined,
      }));
      const content = JSON.stringify({ variants, rest, more });
      const suffix = `-${createHash("sha256").update(content).digest("hex").slice(0, 8)}-`;
      return `${name.slice(0, longestPrefix - suffix.length)}${suffix}`;
    });
}

/** An endpoint configuration's properties: the wanted ones, with a name that tells them and the instances that run now. */
export function liveConfiguration(
  options: LiveConfigurationOptions,
): aws.sagemaker.EndpointConfigurationArgs {
  const { account, wanted, fleet, endpointName } = options;
  const prefix = prefixOf(options);
  if (account === undefined) {
    return { ...wanted, namePrefix: prefix };
  }
  let looked: Promise<EndpointState | undefined> | undefined;
  const look = () =>
    (looked ??= settledEndpoint(
      account,
      endpointName,
      pulumi.runtime.isDryRun() ? "none" : undefined,
    ));
  // Not before the image is built and the model is made: a fleet may grow meanwhile.
  const count = async (): Promise<number | undefined> => {
    const namePrefix = await valueOf(prefix);
    const current = await look();
    return fleet && startingCount(account, fleet, current, namePrefix);
  };
  const running = fleet && pulumi.output(count()).apply((instances) => instances!);
  return {
    ...wanted,
    namePrefix: prefix.apply(async (known) => {
      await look();
      return known;
    }),
    productionVariants:
      running === undefined
        ? wanted.productionVariants
        : wanted.productionVariants.map((variant) => ({
            ...variant,
            initialInstanceCount: running,
          })),
  };
}
