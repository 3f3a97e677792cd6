import { whereKnown } from "../../outcomes";
import type { JudgedResource } from "../../resource";
import { defineRule, type Outcome } from "../../rule";
import { texts } from "../../settings";
import { TAGGABLE_TYPES } from "./taggable-types";
import { tagsOf } from "./tags";

export const requiredTags = defineRule({
  name: "required-tags",
  what: "Everything that can be tagged has the tags that the configuration requires, its own or the provider's defaultTags.",
  why: "Without them nobody can say whose a resource is, what it costs which project, or whether it may be deleted.",
  howToFix:
    'Tag the whole stack at once. Which tags are required is for the policy configuration to say, such as `{ "required-tags": { "tags": ["Project", "Environment"] } }`; none are by default.',
  example: [
    'new aws.Provider("aws", {',
    '  defaultTags: { tags: { Project: "dogs", Environment: "dev", ManagedBy: "pulumi" } },',
    "});",
  ],
  severity: "low",
  level: "advisory",
  standards: { nist80053r5: "CM-8", securityHub: "EC2.43, IAM.24, Lambda.6" },
  config: {
    tags: texts([], "The keys that each taggable resource needs, with a value that is not empty."),
  },
  *stack(stack, { config }): Generator<Outcome> {
    const missing = new Map<string, JudgedResource[]>();
    for (const resource of stack.ofType(...TAGGABLE_TYPES)) {
      yield* whereKnown(function* (): Generator<Outcome> {
        const { values, unknown } = tagsOf(resource);
        const keys = config.tags.filter((key) => !values[key]);
        if (keys.length > 0 && unknown.length > 0) {
          yield { resource, unknown: unknown[0]! };
        } else if (keys.length > 0) {
          missing.set(keys.join(", no "), [...(missing.get(keys.join(", no ")) ?? []), resource]);
        }
      });
    }
    for (const [keys, resources] of missing) {
      yield {
        resource: resources.length === 1 ? resources[0]! : undefined,
        message: `${listOf(resources)} no ${keys} tag.`,
        fix: `defaultTags: { tags: { ${keys
          .split(", no ")
          .map((key) => `${JSON.stringify(key)}: "…"`)
          .join(", ")} } }, // of the provider`,
      };
    }
  },
});

const SHOWN = 5;

/** One finding names all resources that lack the same tags: a line each would hide everything else. */
function listOf(resources: readonly JudgedResource[]): string {
  const names = resources.slice(0, SHOWN).map(({ name }) => name);
  const more = resources.length - names.length;
  return resources.length === 1
    ? `${names[0]} has`
    : `${resources.length} resources (${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}) have`;
}
