import { isBurstable } from "../../packages/aws-facts/instance-types";
import type { Check, Checks } from "./conflict";
import type { WrittenEndpoint } from "./endpoint";
import type { WrittenScaling } from "./scaling";
import { cheapest } from "./serving";

type ScalingCheck = Check<WrittenEndpoint>;

interface Bounds {
  readonly minInstances: number;
  readonly maxInstances: number;
}

/** Bounds that are the wrong way round, or let what has to answer at once be without an instance. */
const minimumChecks = (
  boundsOf: (scaling: WrittenScaling, index: number) => Bounds,
): ScalingCheck[] => [
  ({ scaling }, index) => {
    const { minInstances, maxInstances } = boundsOf(scaling!, index);
    return minInstances > maxInstances && `is more than maxInstances, which is ${maxInstances}`;
  },
  ({ serving, scaling }, index) =>
    serving.mode === "realtime" &&
    boundsOf(scaling!, index).minInstances === 0 &&
    "leaves nothing that answers; only serving.mode async can go down to 0",
];

/** Targets by the way of serving whose metric they look at. */
const targets = {
  async: ["backlogPerInstance"],
  realtime: ["invocationsPerInstance", "concurrentRequestsPerInstance"],
  serverless: [],
} as const;

type Target = (typeof targets)["async" | "realtime"][number];

/** A target of another way of serving, a second one, or one beside steps. */
const targetChecks = (target: Target): ScalingCheck[] => {
  const given = ({ serving, scaling }: WrittenEndpoint) =>
    targets[serving.mode].filter((each) => scaling![each] !== undefined);
  return [
    ({ serving: { mode } }) =>
      mode !== "serverless" &&
      !(targets[mode] as readonly Target[]).includes(target) &&
      `is not a target for serving.mode ${mode}; set ${targets[mode].join(" or ")}`,
    (written) => {
      const [first, second] = given(written);
      return second === target && `is a second target beside ${first}; remove one of them`;
    },
    (written) =>
      written.scaling!.steps !== undefined &&
      given(written)[0] === target &&
      "is a target, and steps take the place of a target; remove one of them",
  ];
};

/** Metrics that steps can't look at in a way of serving, and what there is instead. */
const foreignMetrics: Readonly<Record<keyof typeof targets, readonly [readonly string[], string]>> =
  {
    async: [["invocations", "concurrency"], "backlog"],
    realtime: [["backlog"], "invocations, concurrency"],
    serverless: [[], ""],
  };

/** What does not go together in scaling, or with the way of serving. */
export const scalingChecks: Checks<WrittenEndpoint> = {
  scaling: ({ serving }) =>
    serving.mode === "serverless" &&
    "is for instances, which a serverless endpoint has none of; remove it",
  "scaling.minInstances": minimumChecks((scaling) => scaling),
  "scaling.schedule[].minInstances": minimumChecks((scaling, index) => scaling.schedule[index]!),
  "serving.instanceCount": ({ serving, scaling }) => {
    const { minInstances, maxInstances } = scaling ?? { minInstances: 0, maxInstances: Infinity };
    const { instanceCount } = serving as { readonly instanceCount: number };
    return (
      minInstances <= maxInstances &&
      (instanceCount < minInstances || instanceCount > maxInstances) &&
      `is outside scaling's ${minInstances} to ${maxInstances} instances`
    );
  },
  "serving.instanceType": ({ serving, scaling }) =>
    scaling !== undefined &&
    isBurstable((serving as { readonly instanceType: string }).instanceType) &&
    `is burstable, and SageMaker cannot scale burstable instances; take ${cheapest.scaled}, or remove scaling`,
  "scaling.backlogPerInstance": targetChecks("backlogPerInstance"),
  "scaling.invocationsPerInstance": targetChecks("invocationsPerInstance"),
  "scaling.concurrentRequestsPerInstance": targetChecks("concurrentRequestsPerInstance"),
  "scaling.steps.metric": ({ serving: { mode }, scaling }) => {
    const [others, instead] = foreignMetrics[mode];
    return (
      others.includes(scaling!.steps!.metric) &&
      `does not exist with serving.mode ${mode}; take ${instead}, latency, cpu or gpu`
    );
  },
  "scaling.steps.scaleOut[].from": ({ scaling }, index) => {
    const [before, step] = [index - 1, index].map((each) => scaling!.steps!.scaleOut[each]?.from);
    return step! <= before! && `is not above the step before it, which begins at ${before}`;
  },
  "scaling.steps.scaleIn[].upTo": ({ scaling }, index) => {
    const [before, step] = [index - 1, index].map((each) => scaling!.steps!.scaleIn[each]?.upTo);
    return step! >= before! && `is not below the step before it, which begins at ${before}`;
  },
  "scaling.steps.scaleIn[0].upTo": ({ scaling }) => {
    const { scaleIn, scaleOut } = scaling!.steps!;
    const lowestOut = scaleOut[0]!.from;
    return (
      scaleIn[0]!.upTo >= lowestOut &&
      `is not below ${lowestOut}, where scaling out begins: instances would come and go`
    );
  },
};
