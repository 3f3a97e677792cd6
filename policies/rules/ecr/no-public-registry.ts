import { defineRule, type Outcome } from "../../rule";

export const noPublicRegistry = defineRule({
  name: "no-public-registry",
  what: "No image goes to the public registry, from where everybody can pull it.",
  why: "An image carries the code and often the model: what was pulled once cannot be taken back.",
  example:
    'new aws.ecr.Repository(name, { imageTagMutability: "IMMUTABLE", imageScanningConfiguration: { scanOnPush: true } });',
  severity: "high",
  level: "mandatory",
  standards: { nist80053r5: "AC-3, AC-21, SC-7" },
  types: ["aws:ecrpublic/repository:Repository", "aws-native:ecr:PublicRepository"],
  *check({ name, type }): Generator<Outcome> {
    yield {
      message: `${name} is in the public registry (${type}): everybody can pull its images.`,
      fix: "Use aws.ecr.Repository.",
    };
  },
});
