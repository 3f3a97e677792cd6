import { isFirstInferentia } from "../../packages/aws-facts/instance-types";
import { readable, type Check, type Checks } from "./conflict";
import type { WrittenEndpoint } from "./endpoint";
import type { FunctionConfig } from "./function";
import type { NetworkConfig } from "./network";
import { waitingTime } from "./rollout";
import { scalingChecks } from "./scaling-conflicts";

type EndpointCheck = Check<WrittenEndpoint>;

/** The instance type as written; empty also where there are no instances. */
function instanceTypeOf(serving: WrittenEndpoint["serving"]): string {
  return ("instanceType" in serving && serving.instanceType) || "";
}

function isInSteps({ rollout }: WrittenEndpoint): boolean {
  return rollout.strategy !== "all-at-once";
}

/** What only the owner of an endpoint decides; `serving.mode` says what kind of endpoint it is. */
const owned: EndpointCheck = (written) =>
  "existing" in written &&
  "belongs to the endpoint's owner where there is an existing endpoint; remove it";

const ownerChecks: Checks<WrittenEndpoint> = {
  model: owned,
  capture: owned,
  shadow: owned,
  role: owned,
  rollout: (written, index) => isInSteps(written) && owned(written, index),
  "serving.instanceType": owned,
  "serving.instanceCount": owned,
  "serving.network": owned,
  "serving.notifications": owned,
};

/** A key of a bucket that the model is not in. */
const needlessKey = ({ model }: { readonly model?: string | undefined }) =>
  model?.startsWith("s3://") !== true &&
  "is for a model at an s3:// address; models of this repository and of the data bucket use the data bucket's key; remove it";

/** What SageMaker refuses, or leaves without effect, of a rollout. */
const rolloutChecks: Checks<WrittenEndpoint> = {
  "rollout.maximumSeconds": ({ rollout }) => {
    const waiting = waitingTime(rollout);
    return (
      waiting >= rollout.maximumSeconds &&
      `is over before the rollout is: that waits for ${waiting} seconds`
    );
  },
  "rollout.strategy": [
    (written) =>
      isInSteps(written) &&
      written.serving.mode === "serverless" &&
      "is for instances; a serverless endpoint changes all at once",
    (written) =>
      isInSteps(written) &&
      isFirstInferentia(instanceTypeOf(written.serving)) &&
      "moves instances in steps, which SageMaker doesn't do with Inferentia 1; take all-at-once",
    (written) => {
      const { serving, scaling } = written;
      if (!isInSteps(written) || serving.mode === "serverless") {
        return false;
      }
      const instances = serving.instanceCount ?? scaling?.minInstances ?? 1;
      return (
        instances < 2 &&
        `moves instances in steps, and there is only ${instances}; have two at least, or take all-at-once`
      );
    },
  ],
};

/** The shadow of an endpoint that SageMaker lets have one. */
function shadowOf(written: WrittenEndpoint): WrittenEndpoint["shadow"] {
  return written.serving.mode === "realtime" && !("existing" in written)
    ? written.shadow
    : undefined;
}

const inferentia = "is Inferentia 1, which SageMaker keeps out of shadow tests; take another";

/**
 * What SageMaker refuses of a shadow.
 *
 * Source: SageMaker developer guide, "Shadow tests: exclusions" (serverless, asynchronous, Inf1) and "Deployment guardrails:
 * exclusions" (rolling deployments of endpoints with several variants; the same variants before and after a blue/green one).
 */
const shadowChecks: Checks<WrittenEndpoint> = {
  shadow: [
    (written) =>
      !("existing" in written) &&
      written.serving.mode !== "realtime" &&
      `is for realtime endpoints; SageMaker does not support a shadow with serving.mode ${written.serving.mode}; remove it`,
    (written) => {
      const shadow = shadowOf(written);
      return (
        shadow &&
        (shadow.model === undefined || shadow.model === written.model) &&
        (shadow.instanceType ?? instanceTypeOf(written.serving)) ===
          instanceTypeOf(written.serving) &&
        "has the model and the instance type of what it shadows; set one of them"
      );
    },
  ],
  "shadow.instanceType": (written) =>
    isFirstInferentia(shadowOf(written)?.instanceType ?? "") && inferentia,
  "shadow.modelKmsKeyArn": (written) => shadowOf(written) && needlessKey(written.shadow!),
  "serving.instanceType": (written) =>
    shadowOf(written) && isFirstInferentia(instanceTypeOf(written.serving)) && inferentia,
  "rollout.strategy": (written) =>
    shadowOf(written) &&
    isInSteps(written) &&
    "moves the instances of one variant, and the shadow is a second one; take all-at-once while there is a shadow",
};

/** A subnet or a group that is named twice, which SageMaker refuses. */
const twice =
  (key: "subnetIds" | "securityGroupIds", name: string): EndpointCheck =>
  ({ serving }) => {
    const list = (serving as { readonly network: NetworkConfig }).network[key];
    const sound = [...list.keys()].map((index) => readable(() => list[index]));
    const repeated = sound.find((each, index) => each && sound.indexOf(each) !== index);
    return repeated && `names the ${name} ${repeated} twice`;
  };

/** Seconds after which API Gateway gives up waiting for a function. */
const apiTimeout = 30;

/** More warm environments than are reserved, which Lambda refuses. */
const notReserved =
  (warm: (settings: FunctionConfig, index: number) => number): EndpointCheck =>
  ({ function: settings }, index) => {
    const { reservedConcurrency = Infinity } = settings!;
    return (
      warm(settings!, index) > reservedConcurrency &&
      `is more than reservedConcurrency, which is ${reservedConcurrency}`
    );
  };

/** What does not go together in a function, or with the way its endpoint serves. */
const functionChecks: Checks<WrittenEndpoint> = {
  function: ({ serving }) =>
    serving.mode === "async" &&
    "waits for an answer, which an async endpoint puts into the data bucket later; remove it",
  "function.timeout": ({ function: settings }) =>
    settings!.access.type === "api" &&
    settings!.timeout > apiTimeout &&
    `is more than the ${apiTimeout} seconds that an HTTP API waits; shorten it, or take access.type url`,
  "function.provisionedConcurrency": notReserved((settings) => settings.provisionedConcurrency!),
  "function.scaling": ({ function: settings }) =>
    settings!.provisionedConcurrency === undefined &&
    "starts from provisionedConcurrency, which is missing; set that, too",
  "function.scaling.maxConcurrency": [
    ({ function: settings }) => {
      const { scaling, provisionedConcurrency: warm = 0 } = settings!;
      return (
        scaling!.maxConcurrency < warm && `is less than provisionedConcurrency, which is ${warm}`
      );
    },
    notReserved(({ scaling }) => scaling!.maxConcurrency),
  ],
  "function.scaling.schedule[].minConcurrency": ({ function: settings }, index) => {
    const { minConcurrency: least, maxConcurrency: most } = settings!.scaling!.schedule[index]!;
    return least > most && `is more than maxConcurrency, which is ${most}`;
  },
  "function.scaling.schedule[].maxConcurrency": notReserved(
    ({ scaling }, index) => scaling!.schedule[index]!.maxConcurrency,
  ),
};

/** What SageMaker and Lambda would refuse although every value alone is fine. */
export const endpointChecks: readonly Checks<WrittenEndpoint>[] = [
  ownerChecks,
  { modelKmsKeyArn: needlessKey },
  rolloutChecks,
  shadowChecks,
  {
    "serving.network.subnetIds": twice("subnetIds", "subnet"),
    "serving.network.securityGroupIds": twice("securityGroupIds", "security group"),
  },
  scalingChecks,
  functionChecks,
  {
    "serving.provisionedConcurrency": ({ serving }) =>
      serving.mode === "serverless" &&
      serving.provisionedConcurrency! > serving.maxConcurrency &&
      `is more than maxConcurrency, which is ${serving.maxConcurrency}`,
    capture: ({ serving }) =>
      serving.mode === "serverless" && "is not possible with a serverless endpoint; remove it",
  },
];
