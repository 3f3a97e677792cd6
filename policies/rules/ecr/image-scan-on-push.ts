import { defineRule, type Outcome } from "../../rule";

interface Scanning {
  readonly scanOnPush?: boolean;
}

const PROPERTY = "imageScanningConfiguration";

export const imageScanOnPush = defineRule({
  name: "image-scan-on-push",
  what: "Every image is scanned for known vulnerabilities when it is pushed.",
  why: "An image carries an operating system and hundreds of packages; some have holes that were published since.",
  howToFix: [
    "```ts",
    "new aws.ecr.Repository(name, {",
    "  …,",
    "  imageScanningConfiguration: { scanOnPush: true },",
    "});",
    "```",
  ].join("\n"),
  severity: "high",
  level: "remediate",
  standards: { nist80053r5: ["RA-5"], securityHub: ["ECR.1"] },
  resource: {
    types: ["aws:ecr/repository:Repository", "aws-native:ecr:Repository"],
    *check({ name, properties }): Generator<Outcome> {
      const scanning = properties[PROPERTY] as Scanning | null | undefined;
      if (scanning?.scanOnPush !== true) {
        yield {
          message: `${name} does not scan the images that are pushed to it.`,
          fix: "imageScanningConfiguration: { scanOnPush: true }",
        };
      }
    },
    remediate({ properties }): Record<string, unknown> | undefined {
      const scanning = properties[PROPERTY] as Scanning | null | undefined;
      return scanning?.scanOnPush === true ? undefined : { [PROPERTY]: { scanOnPush: true } };
    },
  },
});
