import type { EndpointState } from "../../infra/live/account";
import { inAlarm } from "../../infra/live/describe";
import { prefixes } from "../../infra/prefixes";
import { inBucket } from "../aws/s3-address";
import type { LabelledAnswer } from "../invoke/ask-endpoint";
import { type Photo, readPhotos, samplePhotos } from "../local/photos";
import { Refusal } from "../output/failure";
import { step } from "../output/progress";
import { regionOf } from "../preview/stack-file";
import type { Review } from "../review/review-change";
import { openStack } from "../stack/open-stack";
import type { Stack } from "../stack/stack";
import {
  addressIn,
  type Candidate,
  findCandidate,
  inS3,
  type ModelChoice,
  upload,
} from "./candidate";
import { type Accepted, compareModels, type ModelComparison } from "./compare-models";
import { LiveEndpoint } from "./live-endpoint";
import { reviewPromotion } from "./review";
import { type ConfiguredModel, StackConfiguration } from "./stack-configuration";
import { tryModel } from "./try-model";

/** Which model goes where, and what is asked of it. */
export interface PlanOptions extends ModelChoice, Accepted {
  readonly stack: string;
  /** A photo to ask about; a sample photo where none is named. */
  readonly photo?: string;
}

/** A promotion that may begin: everything that can be known before is known, and nothing is changed. */
export interface Plan {
  readonly endpoint: string;
  readonly stack: Stack;
  readonly configuration: StackConfiguration;
  /** As the configuration names it now; undefined where it names none. */
  readonly configured: ConfiguredModel | undefined;
  readonly candidate: Candidate;
  readonly comparison: ModelComparison;
  readonly next: ConfiguredModel & { readonly uri: string };
  /** The archive of the model that serves; undefined where none does. */
  readonly formerUri: string | undefined;
  /** The endpoint that serves; undefined where there is none. */
  readonly live: LiveEndpoint | undefined;
  readonly before: EndpointState | undefined;
  /** Alarms that are in ALARM already, which do not count. */
  readonly ringing: readonly string[];
  readonly photo: Photo;
  /** What the model says of the photo here. */
  readonly answer: LabelledAnswer;
  readonly review: Review;
}

/**
 * Looks at a model and at what serves, and puts the model where the stack can read it.
 *
 * @throws UserError for wrong usage and surroundings, Refusal for a model that is not to be promoted
 */
export async function planPromotion(endpoint: string, options: PlanOptions): Promise<Plan> {
  const stack = await openStack(options.stack);
  const configuration = new StackConfiguration(stack.name);
  const configured = configuration.model(endpoint);
  const { modelUris, endpointNames, bucketName } = await stack.outputs();
  const formerUri = modelUris[endpoint];
  const choice = { model: options.model, job: options.job, fromStack: options.fromStack };
  const candidate = await step("Reading the model", () => findCandidate(choice, endpoint));
  const former = formerUri === undefined ? undefined : await inS3(formerUri, formerUri);
  const comparison = compareModels(candidate, former, options);
  if (comparison.refusals.length > 0) {
    const reasons = comparison.refusals.map((reason) => `  - ${reason}`).join("\n");
    throw new Refusal(
      `${candidate.source} is not promoted to ${endpoint}; nothing was changed:\n${reasons}`,
    );
  }
  const [photo] = readPhotos([options.photo ?? samplePhotos()[0]!]);
  const uri = candidate.uri ?? addressIn(bucketName, candidate);
  const next = { uri, ...asConfigured(uri, bucketName, candidate.kmsKeyArn) };
  const [answer, review] = await step(
    "Asking the inference server for a photo, and reviewing the change",
    () =>
      Promise.all([
        tryModel(candidate.directory, candidate.source, photo!),
        reviewPromotion(stack, endpoint, next),
      ]),
  );
  if (candidate.uri === undefined) {
    await upload(candidate, uri);
  }
  const region = regionOf(stack.settings());
  const endpointName = endpointNames[endpoint];
  const live = endpointName === undefined ? undefined : new LiveEndpoint(endpointName, region);
  return {
    endpoint,
    stack,
    configuration,
    configured,
    candidate,
    comparison,
    formerUri,
    live,
    next,
    review,
    before: await live?.describe(),
    ringing: live === undefined ? [] : inAlarm(await live.alarms()).map(({ name }) => name),
    photo: photo!,
    answer,
  };
}

/** Whether the endpoint serves the model already, and nothing is to be done. */
export async function isServedAlready(plan: Plan): Promise<boolean> {
  const { endpoint, stack, configured, next, formerUri, before } = plan;
  if (
    formerUri !== next.uri ||
    configured?.model !== next.model ||
    before?.status !== "InService"
  ) {
    return false;
  }
  const drift = await stack.drift();
  return !drift.some(({ type, name }) => type.startsWith("aws:sagemaker/") && name === endpoint);
}

/** A model of the stack's own bucket is named by its key, so that the file reads the same in every account. */
function asConfigured(
  uri: string,
  ownBucket: string,
  kmsKeyArn: string | undefined,
): ConfiguredModel {
  const { Bucket, Key } = inBucket(uri);
  if (Bucket === ownBucket) {
    return { model: Key.startsWith(prefixes.models) ? Key : uri };
  }
  return {
    model: uri,
    ...(kmsKeyArn?.includes(":key/") === true && { modelKmsKeyArn: kmsKeyArn }),
  };
}
