import { hasLocalStorage } from "../../packages/aws-facts/instance-types";
import { readable, type Checks } from "./conflict";
import { instanceCountOf, instanceTypeOf, type WrittenEndpoint } from "./endpoint";
import type { WrittenStack } from "./stack";

/** With fewer, the cause of an incident is gone before somebody looks for it. */
const fewestLogDays = 30;

/** What `policies/config/prod.json` would refuse of an endpoint, said where it can be corrected: in the configuration. */
export const productionEndpointChecks: Checks<WrittenEndpoint> = {
  "serving.instanceCount?": (endpoint) => {
    const { serving, scaling } = endpoint;
    return (
      isCreated(endpoint) &&
      serving.mode !== "serverless" &&
      instanceCountOf({ serving, scaling }) < 2 &&
      "leaves nothing to fail over to, and prod starts with 2 at least; set it, or scaling.minInstances, to 2"
    );
  },
  "function.logRetentionDays": (endpoint) =>
    endpoint.function!.logRetentionDays < fewestLogDays &&
    `is too short to look into an incident; prod keeps logs for ${fewestLogDays} days at least`,
  // One key is for the disks of both variants, and SageMaker refuses it as soon as one has disks that the hardware encrypts.
  "shadow.instanceType": ({ serving, shadow, scaling }) => {
    if (serving.mode !== "realtime") {
      return false;
    }
    const [own, other] = [instanceTypeOf({ serving, scaling }), shadow!.instanceType!];
    const [local, keyless] = hasLocalStorage(own) ? [own, other] : [other, own];
    return (
      hasLocalStorage(own) !== hasLocalStorage(other) &&
      `goes with no ${own} in prod: ${local} has local disks, beside which SageMaker takes no KMS key for the disks of ${keyless}; take two types with local disks, or two without`
    );
  },
};

/** Disks of endpoints and notebooks hold models and data; with a key of one's own, access can be withdrawn and is recorded. */
export const productionChecks: Checks<WrittenStack> = {
  "data.ownKey?": ({ endpoints, notebook, data }) => {
    if (data.ownKey === true || data.kmsKeyArn !== undefined) {
      return false;
    }
    const withDisks = Object.keys(endpoints)
      .filter((name) => readable(() => hasKeyedDisks(endpoints[name]!)))
      .map((name) => `the endpoint ${name}`);
    const users = notebook === undefined ? withDisks : [...withDisks, "the notebook"];
    return (
      users.length > 0 &&
      `leaves the disks of ${users.join(", ")} without your own KMS key, which prod needs; set it to true, or set data.kmsKeyArn`
    );
  },
};

function isCreated({ model, existing }: WrittenEndpoint): boolean {
  return model !== undefined && existing === undefined;
}

/** Whether an endpoint has disks that a key can be given for. */
function hasKeyedDisks(endpoint: WrittenEndpoint): boolean {
  const { serving, scaling } = endpoint;
  return (
    isCreated(endpoint) &&
    serving.mode !== "serverless" &&
    !hasLocalStorage(instanceTypeOf({ serving, scaling }))
  );
}
