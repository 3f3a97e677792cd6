import { stopSignal } from "../child-processes";
import { confirm } from "../output/ask";
import { Refusal } from "../output/failure";
import { step } from "../output/progress";
import { regionOf } from "../preview/stack-file";
import type { Review } from "../review/review-change";
import { UpdateInterrupted } from "../stack/stack";
import type { ModelComparison } from "./compare-models";
import { LiveEndpoint } from "./live-endpoint";
import { isServedAlready, type Plan, planPromotion, type PlanOptions } from "./plan";
import { withPromotionLock } from "./promotion-lock";
import { renderChange } from "./report";
import { showLine, verify, watch } from "./roll-out";
import { takeBack } from "./take-back";

/** The options of `kennel promote`. */
export interface PromoteOptions extends PlanOptions {
  /** Seconds to watch the alarms for. */
  readonly watch: number;
  readonly yes?: boolean;
  /** Whether a failure is taken back; defaults to true. */
  readonly rollback?: boolean;
}

/** How a promotion ended. */
export interface Promotion {
  readonly endpoint: string;
  readonly stack: string;
  readonly outcome: "promoted" | "unchanged" | "declined";
  /** The archive that is promoted. */
  readonly model: string;
  /** The archive that served before; undefined where none did. */
  readonly former: string | undefined;
  /** Of model.onnx, as every answer carries it. */
  readonly digest: string;
  readonly comparison: ModelComparison;
  /** What the update does to the stack. */
  readonly review: Review;
  /** Instances by variant. */
  readonly instances: Readonly<Record<string, number>>;
  /** Alarms that were in ALARM before, which did not count. */
  readonly ringingBefore: readonly string[];
}

/**
 * Promotes a model to an endpoint: checks it, shows the change, updates the stack, and watches what is served.
 *
 * The stack's configuration file is changed by one edit, after everything that can be checked before. What goes wrong after
 * that is taken back.
 *
 * @throws UserError for wrong usage and surroundings, Refusal for a model or a roll-out that fails
 */
export function promote(endpoint: string, options: PromoteOptions): Promise<Promotion> {
  return withPromotionLock(options.stack, () => promoteAlone(endpoint, options));
}

async function promoteAlone(endpoint: string, options: PromoteOptions): Promise<Promotion> {
  const stopped = stopSignal();
  let isChanging = false;
  void stopped.then(() => {
    if (!isChanging) {
      console.error("kennel: stopped; nothing was changed.");
      process.exit(STOPPED);
    }
  });
  const plan = await planPromotion(endpoint, options);
  if (await isServedAlready(plan)) {
    return ended(plan, "unchanged", plan.before?.instances);
  }
  process.stderr.write(renderChange(plan));
  if (plan.review.verdict === "fail") {
    throw new Refusal(
      `${plan.candidate.source} is not promoted to ${endpoint}; nothing was changed: mandatory rules of the policy pack would be broken.`,
    );
  }
  if (options.yes !== true && !(await confirm(`Promote to ${endpoint} of ${plan.stack.name}?`))) {
    return ended(plan, "declined", plan.before?.instances);
  }
  isChanging = true;
  return ended(plan, "promoted", await rollOut(plan, options, stopped));
}

/** As a shell reports a command that SIGINT has ended. */
const STOPPED = 130;

/**
 * Does what is planned, and takes it back where it fails.
 *
 * @param stopped - ends the watching early
 * @returns instances by variant
 * @throws Refusal where it has failed
 */
export async function rollOut(
  plan: Plan,
  options: Pick<PromoteOptions, "watch" | "rollback">,
  stopped: Promise<void>,
): Promise<Readonly<Record<string, number>>> {
  const { endpoint, stack, configuration, next } = plan;
  const started = new Date();
  const text = configuration.read();
  configuration.setModel(endpoint, next);
  try {
    await step(`Updating the stack ${stack.name}`, () => stack.update(showLine));
    const { endpointNames } = await stack.outputs();
    const served = new LiveEndpoint(endpointNames[endpoint]!, regionOf(stack.settings()));
    const verifying = () => verify(plan, served, canBeAsked(plan));
    const { instances } = await step("Comparing what is served", verifying);
    const watching = () => watch(plan, served, options.watch, stopped);
    if ((await step(`Watching the alarms for ${options.watch} s`, watching)) === "stopped") {
      process.stderr.write(
        `Stopped watching: ${endpoint} serves the new model. Go back with kennel rollback ${endpoint} --stack ${stack.name}\n`,
      );
    }
    return instances;
  } catch (error) {
    throw error instanceof UpdateInterrupted
      ? interrupted(plan)
      : await takeBack(error as Error, {
          ...plan,
          ...{ text, started, isWanted: options.rollback ?? true },
        });
  }
}

function ended(
  { endpoint, stack, next, formerUri, answer, comparison, review, ringing }: Plan,
  outcome: Promotion["outcome"],
  instances: Promotion["instances"] = {},
): Promotion {
  return {
    ...{ endpoint, stack: stack.name, outcome, model: next.uri, former: formerUri },
    ...{ digest: answer.model, comparison, review, instances, ringingBefore: ringing },
  };
}

/** An asynchronous endpoint takes its photos from S3. */
function canBeAsked({ stack, endpoint }: Plan): boolean {
  const { config, project } = stack.settings();
  type Endpoints = Record<string, { readonly serving?: { readonly mode?: string } } | null>;
  const endpoints = JSON.parse(config[`${project}:endpoints`] ?? "{}") as Endpoints;
  return endpoints[endpoint]?.serving?.mode !== "async";
}

function interrupted({ endpoint, stack, next }: Plan): UpdateInterrupted {
  return new UpdateInterrupted(
    `stopped. The configuration of ${stack.name} names the new model, and the endpoint may be on its way to it.\n` +
      `  Go on:   kennel promote ${endpoint} --stack ${stack.name} --model ${next.uri}\n` +
      `  Go back: kennel rollback ${endpoint} --stack ${stack.name}`,
  );
}

/** What a promotion has come to, in two lines. */
export function renderPromotion(promotion: Promotion): string {
  const { endpoint, stack, outcome, model, former, digest, instances } = promotion;
  switch (outcome) {
    case "unchanged":
      return `${endpoint} of ${stack} serves ${model} already (model ${digest}).`;
    case "declined":
      return "Nothing was changed.";
    case "promoted": {
      const running = Object.values(instances).reduce((sum, each) => sum + each, 0);
      const way =
        former === undefined || former === model
          ? ""
          : `\nGo back to ${former} with kennel rollback ${endpoint} --stack ${stack}`;
      return `${endpoint} of ${stack} serves ${model} (model ${digest}, instances: ${running}).${way}`;
    }
  }
}
