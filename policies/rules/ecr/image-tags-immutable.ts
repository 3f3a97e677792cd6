import type { Wire } from "../../resource";
import { defineRule, type Outcome } from "../../rule";
import { listOf } from "../values";

export const imageTagsImmutable = defineRule({
  name: "image-tags-immutable",
  what: "A tag always stands for the same image.",
  why: "Where a tag can be moved, what was tested is not what is deployed, and who may push can replace what runs.",
  howToFix: "Tag images with a hash of their content, and keep tags as they are:",
  example: 'new aws.ecr.Repository(name, { …, imageTagMutability: "IMMUTABLE" });',
  severity: "medium",
  level: "mandatory",
  standards: { nist80053r5: "CA-9(1), CM-2, CM-8(1)", securityHub: "ECR.2" },
  types: ["aws:ecr/repository:Repository", "aws-native:ecr:Repository"],
  *check({ name, properties }): Generator<Outcome> {
    const mutability = properties["imageTagMutability"];
    const fix = 'imageTagMutability: "IMMUTABLE"';
    if (mutability === "IMMUTABLE_WITH_EXCLUSION") {
      const filters = listOf<Wire>(properties["imageTagMutabilityExclusionFilters"]);
      // The native provider has a longer name for a filter.
      if (
        filters.some((each) =>
          /^\*+$/.test(each.filter ?? each.imageTagMutabilityExclusionFilterValue),
        )
      ) {
        yield { message: `${name} excludes every tag from being immutable.`, fix };
      }
    } else if (mutability !== "IMMUTABLE") {
      yield { message: `The tags of ${name} can be moved to another image.`, fix };
    }
  },
});
