import { defineRule, type Outcome } from "../../rule";
import { listOf } from "../values";

interface Filter {
  readonly filter?: string;
  /** What the native provider calls it. */
  readonly imageTagMutabilityExclusionFilterValue?: string;
}

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
    const mutability: unknown = properties["imageTagMutability"];
    if (mutability === "IMMUTABLE") {
      return;
    }
    if (mutability !== "IMMUTABLE_WITH_EXCLUSION") {
      yield {
        message: `The tags of ${name} can be moved to another image.`,
        fix: 'imageTagMutability: "IMMUTABLE"',
      };
      return;
    }
    const filters = listOf(
      properties["imageTagMutabilityExclusionFilters"] as Filter[] | undefined,
    ).map((each) => each.filter ?? each.imageTagMutabilityExclusionFilterValue ?? "");
    if (filters.some((filter) => /^\*+$/.test(filter))) {
      yield {
        message: `${name} excludes every tag from being immutable.`,
        fix: 'imageTagMutability: "IMMUTABLE"',
      };
    }
  },
});
