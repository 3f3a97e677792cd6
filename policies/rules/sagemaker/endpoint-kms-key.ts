import { hasLocalStorage } from "../../../packages/aws-facts/instance-types";
import { defineRule, type Outcome } from "../../rule";
import { exceptEnvironments, isIn, unlessIn } from "../stack/environments";
import { ENDPOINT_CONFIGURATION } from "./types";
import { isServerless, type Variant, variantsOf } from "./variants";

const FIX = "kmsKeyArn: key.arn,";

/** One key is for all variants, and SageMaker refuses it as soon as one of them has local disks. */
function outcomeOf(name: string, withDisk: readonly Variant[], local: Variant | undefined) {
  const types = withDisk.map(({ instanceType }) => instanceType).join(", ");
  const message = `${name} has no KMS key for the disks of its ${types} instances`;
  return local === undefined
    ? { message: `${message}.`, fix: FIX }
    : {
        message: `${message}, and can have none beside the local disks of ${local.instanceType}.`,
        fix: `instanceType: ${JSON.stringify(local.instanceType)},`,
      };
}

export const endpointKmsKey = defineRule({
  name: "endpoint-kms-key",
  what: "The disks of an endpoint's instances are encrypted with a KMS key of your own.",
  why: "The model and whatever the container writes lie there; with your own key you can withdraw access and see who used it.",
  howToFix:
    "Instances with local NVMe disks, which AWS encrypts in hardware, and serverless variants take no key: this rule asks nothing of them. Beside such instances SageMaker accepts no key for others either: give all variants local disks, or none.",
  example: `new aws.sagemaker.EndpointConfiguration(name, { ${FIX} … });`,
  severity: "medium",
  level: "advisory",
  standards: { nist80053r5: "SC-12(2), SC-28, SC-28(1)" },
  config: { exceptEnvironments },
  types: [ENDPOINT_CONFIGURATION],
  *check(configuration, { config }): Generator<Outcome> {
    if (
      configuration.properties["kmsKeyArn"] ||
      isIn(config.exceptEnvironments, configuration) === true
    ) {
      return;
    }
    const variants = variantsOf(configuration).filter((variant) => !isServerless(variant));
    const isLocal = ({ instanceType = "" }: Variant) => hasLocalStorage(instanceType);
    const withDisk = variants.filter((variant) => !isLocal(variant));
    if (withDisk.length > 0) {
      const outcome = outcomeOf(configuration.name, withDisk, variants.find(isLocal));
      yield* unlessIn(config.exceptEnvironments, configuration, outcome);
    }
  },
});
