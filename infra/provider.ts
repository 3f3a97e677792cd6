import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { isSecretKey, type StackConfig } from "./config";

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

/**
 * The AWS provider of the whole stack: it honours `aws:…` settings and tags everything it makes.
 *
 * It is explicit because default tags that live here are part of the program, reviewed and judged in a preview, and
 * can't be forgotten in one environment's file.
 */
export function createProvider(config: StackConfig): aws.Provider {
  const settings = Object.fromEntries(
    Object.entries(pulumi.runtime.allConfig())
      .filter(([key]) => key.startsWith("aws:"))
      .map(([key, value]) => {
        const parsed = parseValue(value);
        return [key.slice("aws:".length), isSecretKey(key) ? pulumi.secret(parsed) : parsed];
      }),
  );
  return new aws.Provider("aws", {
    ...settings,
    region: config.region,
    defaultTags: { tags: stackTags(config) },
  });
}
