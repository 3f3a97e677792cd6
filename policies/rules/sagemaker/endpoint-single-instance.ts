import { UNKNOWN } from "../../iam/unknown";
import type { JudgedResource } from "../../resource";
import { defineRule, type Outcome } from "../../rule";
import { choice, texts } from "../../settings";
import { isIn } from "../stack/environments";
import { ENDPOINT_CONFIGURATION } from "./types";
import { isServerless, type Variant, variantsOf } from "./variants";

interface Config {
  production: "by-tag" | "always" | "never";
  productionEnvironments: string[];
}

const FIX = "initialInstanceCount: 2,";

export const endpointSingleInstance = defineRule<Config>({
  name: "endpoint-single-instance",
  what: "In production, every variant of an endpoint starts with at least two instances.",
  why: "SageMaker spreads instances over availability zones: with one there is nothing to fail over to, and each deployment starts with one, whatever autoscaling adds later.",
  example: `productionVariants: [{ ${FIX} instanceType: "ml.m5.large", … }],`,
  severity: "medium",
  level: "mandatory",
  standards: {
    nist80053r5: "CP-10, SC-5, SC-36, SA-13",
    securityHub: "SageMaker.4",
  },
  config: {
    production: choice(
      ["by-tag", "always", "never"],
      "by-tag",
      "Whether this is production: always, never, or as the Environment tag says (of the resource or the provider's defaultTags).",
    ),
    productionEnvironments: texts(
      ["prod", "production"],
      "Values of the Environment tag that mean production.",
    ),
  },
  types: [ENDPOINT_CONFIGURATION],
  *check(configuration, { config }): Generator<Outcome> {
    const production = isProduction(configuration, config);
    if (production === false) {
      return;
    }
    const single = variantsOf(configuration).filter(isSingle);
    if (single.length > 0 && production === UNKNOWN) {
      yield { unknown: "tags.Environment" };
      return;
    }
    for (const { path, variantName } of single) {
      yield {
        message: `${path} (${variantName ?? "unnamed"}) of ${configuration.name} starts with one instance in production.`,
        fix: FIX,
      };
    }
  },
});

function isProduction(
  configuration: JudgedResource,
  config: Readonly<Config>,
): boolean | typeof UNKNOWN {
  return config.production === "by-tag"
    ? isIn(config.productionEnvironments, configuration)
    : config.production === "always";
}

/** Shadow variants answer nobody: one instance is enough. */
function isSingle(variant: Variant): boolean {
  return (
    variant.path.startsWith("productionVariants") &&
    !isServerless(variant) &&
    (variant.initialInstanceCount ?? 1) < 2
  );
}
