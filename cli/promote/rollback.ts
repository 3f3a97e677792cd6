import { prefixes } from "../../infra/prefixes";
import { explainAwsError } from "../aws/clients";
import { stopSignal } from "../child-processes";
import { confirm } from "../output/ask";
import { Refusal, UserError } from "../output/failure";
import { regionOf } from "../preview/stack-file";
import { openStack } from "../stack/open-stack";
import { UpdateInterrupted } from "../stack/stack";
import { findCandidate } from "./candidate";
import { LiveEndpoint } from "./live-endpoint";
import { goBack } from "./move-back";
import { withPromotionLock } from "./promotion-lock";
import { StackConfiguration } from "./stack-configuration";

/** The options of `kennel rollback`. */
export interface RollbackOptions {
  readonly stack: string;
  /** The model to go back to; defaults to the one before. */
  readonly to?: string;
  readonly yes?: boolean;
}

/** How a rollback ended. */
export interface Rollback {
  readonly endpoint: string;
  readonly stack: string;
  readonly outcome: "rolled back" | "declined";
  /** Addresses in S3, or a model directory of this machine. */
  readonly from: string;
  readonly to: string;
  /** Alarms that keep SageMaker from another update for now. */
  readonly ringing: readonly string[];
}

/**
 * Goes back to the model that an endpoint has served before.
 *
 * Where its endpoint configuration is still there, the endpoint moves to it at once, past the alarms that may be the reason;
 * the stack is updated once none rings.
 *
 * @throws UserError where there is no former model, or nothing where `to` points; Refusal where what is there is not a model
 */
export function rollback(endpoint: string, options: RollbackOptions): Promise<Rollback> {
  return withPromotionLock(options.stack, () => rollbackAlone(endpoint, options));
}

async function rollbackAlone(endpoint: string, options: RollbackOptions): Promise<Rollback> {
  const stopped = stopSignal();
  const stack = await openStack(options.stack);
  const configuration = new StackConfiguration(stack.name);
  const configured = configuration.model(endpoint);
  const { modelUris, endpointNames, bucketName } = await stack.outputs();
  const from = modelUris[endpoint] ?? configured?.model ?? "none";
  const inOwnBucket = (model: string): string =>
    model.startsWith(prefixes.models) && model.endsWith(".tar.gz")
      ? `s3://${bucketName}/${model}`
      : model;
  const region = regionOf(stack.settings());
  const name = endpointNames[endpoint];
  if (name === undefined) {
    throw new UserError(
      `${endpoint} of the stack ${stack.name} serves nothing yet: kennel promote ${endpoint} --stack ${stack.name} --model …`,
    );
  }
  const live = new LiveEndpoint(name, region);
  const current = configured === undefined ? from : inOwnBucket(configured.model);
  // The history may know a model directory by its archive.
  const isDirectory = !current.startsWith("s3://");
  const models = served((await stack.history()).flatMap((update) => update.models[endpoint] ?? []));
  const known = models.map(inOwnBucket);
  const at = known.findIndex((model) => model === current || (isDirectory && model === from));
  const former = at < 0 ? known.at(-1) : known[at - 1];
  const to = options.to === undefined ? former : inOwnBucket(options.to);
  if (to === undefined) {
    throw new UserError(
      `the history of the stack ${stack.name} has no other model of ${endpoint}: name one with --to s3://…/model.tar.gz (kennel models lists them).`,
    );
  }
  if (options.to !== undefined) {
    await findCandidate({ model: to }, endpoint);
  }
  const result = { endpoint, stack: stack.name, from, to };
  if (
    options.yes !== true &&
    !(await confirm(`Move ${endpoint} of ${stack.name} back to ${to}?`))
  ) {
    return { ...result, outcome: "declined", ringing: [] };
  }
  let isStopped = false;
  void stopped.then(() => (isStopped = true));
  const ownModels = `s3://${bucketName}/${prefixes.models}`;
  configuration.setModel(endpoint, { model: to.replace(ownModels, prefixes.models) });
  try {
    const served = await live.servedModel();
    const ringing = await goBack({ stack, endpoint }, live, to, served, () => isStopped);
    return { ...result, outcome: "rolled back", ringing };
  } catch (error) {
    const told = explainAwsError(error);
    const why = error instanceof UpdateInterrupted ? "To go on" : "Once the cause is gone";
    throw told instanceof UserError
      ? told
      : new Refusal(`${told.message}\n${why}: ${again(result)}`);
  }
}

/**
 * The models that led to the one of the last update, oldest first: what was gone back from is not among them.
 *
 * @param updates - the models of successful updates, newest first
 */
function served(updates: readonly string[]): string[] {
  const models: string[] = [];
  for (const model of [...updates].reverse()) {
    const known = models.indexOf(model);
    models.splice(known < 0 ? models.length : known, Infinity, model);
  }
  return models;
}

/** The model is named, because without it the command would go one further back. */
function again({ endpoint, stack, to }: Pick<Rollback, "endpoint" | "stack" | "to">): string {
  return `kennel rollback ${endpoint} --stack ${stack} --to ${to}`;
}

/** What a rollback has come to. */
export function renderRollback(result: Rollback): string {
  const { endpoint, stack, outcome, to, ringing } = result;
  if (outcome === "declined") {
    return "Nothing was changed.";
  }
  const waiting =
    ringing.length === 0
      ? ""
      : `\nThe stack was not updated, because SageMaker undoes updates while an alarm rings (${ringing.join(", ")}). Once they are quiet: ${again(result)}`;
  return `${endpoint} of ${stack} serves ${to} again.${waiting}`;
}
