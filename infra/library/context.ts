import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../context";
import { currentLocation } from "../location";
import { Refusal } from "../refusal";

/** What every component of the package takes. */
export interface RegionArgs {
  /**
   * AWS region that the component's provider creates resources in.
   * @default `aws:region` of the stack's configuration, else the environment variable AWS_REGION
   * @example "eu-central-1"
   */
  readonly region?: string;
}

/**
 * The project, stack, account and region of a component.
 *
 * @throws Refusal where no region is known
 */
export function currentContext(
  { region = configuredRegion() }: RegionArgs,
  { parent, provider }: pulumi.ComponentResourceOptions = {},
): Context {
  if (region === undefined) {
    throw new Refusal(
      "No AWS region is known. Run `pulumi config set aws:region us-east-1`, or give the component its region.",
    );
  }
  return {
    naming: { project: pulumi.getProject(), stack: pulumi.getStack() },
    location: currentLocation(region, { parent, provider }),
  };
}

function configuredRegion(): string | undefined {
  return (
    new pulumi.Config("aws").get("region") ??
    process.env["AWS_REGION"] ??
    process.env["AWS_DEFAULT_REGION"]
  );
}
