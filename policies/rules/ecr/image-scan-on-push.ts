import { glob, matches } from "../../iam/patterns";
import { forEach } from "../../outcomes";
import type { JudgedResource } from "../../resource";
import { defineRule, type Outcome } from "../../rule";

interface Scanning {
  readonly scanOnPush?: boolean;
}

const PROPERTY = "imageScanningConfiguration";
const REPOSITORIES = ["aws:ecr/repository:Repository", "aws-native:ecr:Repository"];
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
  *stack(stack): Generator<Outcome> {
    const filters = stack.ofType(REGISTRY).flatMap(scannedNames);
    yield* forEach(stack.ofType(...REPOSITORIES), function* ({ name, properties }) {
      const scanning = properties[PROPERTY] as Scanning | null | undefined;
      const repository = (properties["name"] ?? properties["repositoryName"]) as string | undefined;
      const isScanned =
        scanning?.scanOnPush === true ||
        filters.some((filter) => filter === "*" || isFor(filter, repository ?? ""));
      if (!isScanned) {
        yield {
          message: `${name} does not scan the images that are pushed to it.`,
          fix: "imageScanningConfiguration: { scanOnPush: true }",
        };
      }
    });
  },
});

/** The names of repositories, with stars, whose images the registry scans by itself: on push or all the time. */
function scannedNames({ properties }: JudgedResource): string[] {
  const rules = (properties["rules"] ?? []) as readonly {
    readonly scanFrequency?: string;
    readonly repositoryFilters?: readonly { readonly filter: string }[];
  }[];
  return rules
    .filter(({ scanFrequency }) => scanFrequency !== "MANUAL")
    .flatMap(({ repositoryFilters = [] }) => repositoryFilters.map(({ filter }) => filter));
}

/** A filter without a star is a prefix; source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-filters.html. */
function isFor(filter: string, repository: string): boolean {
  return matches(glob(filter.includes("*") ? filter : `${filter}*`), repository);
}
