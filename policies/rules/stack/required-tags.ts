import { defineRule, type Outcome } from "../../rule";
import { TAGGABLE_TYPES } from "./taggable-types";
import { tagsOf } from "./tags";

interface Config {
  tags: string[];
}

export const requiredTags = defineRule<Config>({
  name: "required-tags",
  what: "Everything that can be tagged has the required tags, its own or the provider's defaultTags.",
  why: "Without them nobody can say whose a resource is, what it costs which project, or whether it may be deleted.",
  howToFix: [
    "Once for the whole stack:",
    "",
    "```ts",
    'new aws.Provider("aws", {',
    '  defaultTags: { tags: { Project: "dogs", Environment: "dev", ManagedBy: "pulumi" } },',
    "});",
    "```",
  ].join("\n"),
  severity: "low",
  level: "advisory",
  standards: { nist80053r5: ["CM-8"], securityHub: ["EC2.43", "IAM.24", "Lambda.6"] },
  config: {
    tags: {
      type: "array",
      items: { type: "string" },
      default: ["Project", "Environment", "ManagedBy"],
      description: "The keys that each taggable resource needs, with a value that is not empty.",
    },
  },
  resource: {
    types: TAGGABLE_TYPES,
    *check(resource, { config }): Generator<Outcome> {
      const { values, unknown } = tagsOf(resource);
      const missing = config.tags.filter((key) => isEmpty(values[key]));
      if (missing.length === 0) {
        return;
      }
      if (unknown.length > 0) {
        yield { unknown: unknown[0]! };
        return;
      }
      yield {
        message: `${resource.name} has no ${missing.join(", no ")} tag.`,
        fix: `tags: { ${missing.map((key) => `${JSON.stringify(key)}: "…"`).join(", ")} },`,
      };
    },
  },
});

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}
