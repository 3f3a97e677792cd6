import { glob, matches } from "../../iam/patterns";
import type { JudgedResource, Wire } from "../../resource";
import { defineRule, type Outcome } from "../../rule";
import { listOf } from "../values";

const REGISTRY = "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration";

export const imageScanOnPush = defineRule({
  name: "image-scan-on-push",
  what: "Every image is scanned for known vulnerabilities when it is pushed.",
  why: "An image carries an operating system and hundreds of packages; some have holes that were published since.",
  howToFix:
    "Scan on push, as below. A registry scanning configuration (`aws.ecr.RegistryScanningConfiguration`) that covers the repository does as well.",
  example: [
    "new aws.ecr.Repository(name, {",
    "  …,",
    "  imageScanningConfiguration: { scanOnPush: true },",
    "});",
  ],
  severity: "high",
  level: "mandatory",
  standards: { nist80053r5: "RA-5", securityHub: "ECR.1" },
  types: ["aws:ecr/repository:Repository", "aws-native:ecr:Repository"],
  *inStack({ name, properties }, stack): Generator<Outcome> {
    if (properties["imageScanningConfiguration"]?.scanOnPush === true) {
      return;
    }
    const filters = stack.ofType(REGISTRY).flatMap(scannedNames);
    const repository = (): string => properties["name"] ?? properties["repositoryName"] ?? "";
    if (!filters.some((filter) => isFor(filter, repository()))) {
      yield {
        message: `${name} does not scan the images that are pushed to it.`,
        fix: "imageScanningConfiguration: { scanOnPush: true }",
      };
    }
  },
});

/** The names of repositories, with stars, whose images the registry scans by itself: on push or all the time. */
function scannedNames({ properties }: JudgedResource): string[] {
  return listOf<Wire>(properties["rules"])
    .filter(({ scanFrequency }) => scanFrequency !== "MANUAL")
    .flatMap(({ repositoryFilters }) =>
      listOf<Wire>(repositoryFilters).map(({ filter }) => filter),
    );
}

/** A filter without a star is a prefix; source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-filters.html. */
function isFor(filter: string, repository: string): boolean {
  return matches(glob(filter.includes("*") ? filter : `${filter}*`), repository);
}
