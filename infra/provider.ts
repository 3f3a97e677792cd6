import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { isSecretKey, type StackConfig } from "./config";
import type { LiveAccount } from "./live/account";
import type { Connection } from "./live/connection";
import { sdkAccount } from "./live/sdk-account";

/** Pulumi hands over structured configuration as JSON text and everything else as it was written. */
function parseValue(text: string): unknown {
  return /^\s*[[{]/.test(text) ? JSON.parse(text) : text;
}

/** The value of the tag Stack, which only this stack's resources have. */
export function stackTag(): string {
  return `${pulumi.getProject()}/${pulumi.getStack()}`;
}

/** The tags of everything that this stack makes; those of the configuration win. */
export function stackTags(config: StackConfig): Readonly<Record<string, string>> {
  return {
    Project: pulumi.getProject(),
    Stack: stackTag(),
    Environment: config.environment,
    ManagedBy: "pulumi",
    ...config.tags,
  };
}

/** The settings of AWS's provider, `aws:…` in the configuration, by their keys without the prefix. */
function providerSettings(): [key: string, value: unknown, isSecret: boolean][] {
  return Object.entries(pulumi.runtime.allConfig())
    .filter(([key]) => key.startsWith("aws:"))
    .map(([key, value]) => [key.slice("aws:".length), parseValue(value), isSecretKey(key)]);
}

/**
 * What runs in the account of the stack's provider, asked with the same settings.
 *
 * @returns undefined where no engine runs the program, as in a test or an offline preview: there is no account then
 */
export function liveAccount(config: Pick<StackConfig, "region">): LiveAccount | undefined {
  if (pulumi.runtime.getEngine() === undefined) {
    return undefined;
  }
  const settings = Object.fromEntries(providerSettings()) as Partial<Connection>;
  return sdkAccount({ ...settings, region: config.region });
}

/**
 * The AWS provider of the whole stack: it honours `aws:…` settings and tags everything it makes.
 *
 * It is explicit because default tags that live here are part of the program, reviewed and checked in a preview, and
 * can't be forgotten in one environment's file.
 */
export function createProvider(config: StackConfig): aws.Provider {
  const settings = Object.fromEntries(
    providerSettings().map(([key, value, isSecret]) => [
      key,
      isSecret ? pulumi.secret(value) : value,
    ]),
  );
  return new aws.Provider("aws", {
    ...settings,
    region: config.region,
    defaultTags: { tags: stackTags(config) },
  });
}
