import { forEach } from "../../outcomes";
import type { Wire } from "../../resource";
import { defineRule, type Outcome } from "../../rule";
import { count } from "../../settings";
import { judgeAttached } from "../attached-settings";
import { declared, fromJson, isAbsent, listOf } from "../values";

interface Config {
  fewestUntagged: number;
  fewestUntaggedDays: number;
}

const REPOSITORY = "aws:ecr/repository:Repository";
const NATIVE_REPOSITORY = "aws-native:ecr:Repository";
const LIFECYCLE_POLICY = "aws:ecr/lifecyclePolicy:LifecyclePolicy";

export const imageLifecycle = defineRule<Config>({
  name: "image-lifecycle",
  what: "Every repository expires leftovers, and never an image that may be in use.",
  why: "An endpoint or a function pulls its image again when it scales or restarts; where a lifecycle rule has deleted it, that fails in the middle of the night.",
  example: [
    "new aws.ecr.LifecyclePolicy(name, {",
    "  repository: repository.name,",
    "  policy: { rules: [{",
    "    rulePriority: 1,",
    '    selection: { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 14 },',
    '    action: { type: "expire" },',
    "  }] },",
    "});",
  ],
  severity: "low",
  level: "advisory",
  standards: { nist80053r5: "CA-9(1), CM-2, CM-2(2)", securityHub: "ECR.3" },
  config: {
    fewestUntagged: count(
      10,
      "A lifecycle rule that keeps fewer untagged images than this may delete one that is in use.",
    ),
    fewestUntaggedDays: count(
      7,
      "A lifecycle rule that keeps untagged images for fewer days than this may delete one that is in use.",
    ),
  },
  *stack(stack, { config }): Generator<Outcome> {
    yield* forEach(stack.ofType(LIFECYCLE_POLICY), (policy) =>
      judgePolicy(policy.name, policy.properties["policy"], config),
    );
    yield* judgeAttached(stack, {
      owners: [REPOSITORY, NATIVE_REPOSITORY],
      separateTypes: [LIFECYCLE_POLICY],
      link: ({ type }) => ({
        from: "repository",
        to: type === REPOSITORY ? "name" : "repositoryName",
      }),
      // All of them are judged above, whatever they belong to.
      judgeSeparate: () => [],
      judgeInline(repository) {
        const text = declared(repository, "lifecyclePolicy")?.lifecyclePolicyText;
        return isAbsent(text) ? undefined : judgePolicy(repository.name, text, config);
      },
      missing: ({ name }) => ({
        message: `${name} has no lifecycle policy: it keeps the layers of every interrupted upload for ever.`,
        fix: "new aws.ecr.LifecyclePolicy(name, { repository: repository.name, policy: { rules: […] } });",
      }),
    });
  },
});

function* judgePolicy(name: string, policy: Wire, config: Config): Generator<Outcome> {
  const rules = fromJson(policy)?.rules;
  if (rules === undefined) {
    yield { message: `The lifecycle policy ${name} is not a JSON object with rules.` };
    return;
  }
  for (const [index, rule] of listOf<Wire>(rules).entries()) {
    const problem = rule.action?.type === "expire" ? problemOf(rule, config) : undefined;
    if (problem !== undefined) {
      yield {
        message: `Rule ${rule.rulePriority ?? index + 1} of the lifecycle policy ${name} ${problem}`,
        fix: 'selection: { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 14 }',
      };
    }
  }
}

function problemOf({ selection }: Wire, config: Config): string | undefined {
  const { tagStatus, countType, countNumber = 0 } = selection ?? {};
  if (tagStatus !== "untagged") {
    return `expires images with a tag (tagStatus ${tagStatus ?? "any"}): one of them may be deployed.`;
  }
  if (countType === "imageCountMoreThan") {
    return countNumber < config.fewestUntagged
      ? `keeps only ${countNumber} untagged image${countNumber === 1 ? "" : "s"}: an image deployed by its digest has lost its tag once a newer one took it.`
      : undefined;
  }
  return countNumber < config.fewestUntaggedDays
    ? `expires untagged images after ${countNumber} day${countNumber === 1 ? "" : "s"}: an image deployed by its digest may be among them.`
    : undefined;
}
