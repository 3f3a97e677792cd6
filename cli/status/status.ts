import { ListTrainingJobsCommand, SageMakerClient } from "@aws-sdk/client-sagemaker";

import type { EndpointState, LiveAlarm } from "../../infra/live/account";
import { inAlarm } from "../../infra/live/describe";
import { clientSettings } from "../aws/clients";
import { renderTable } from "../output/table";
import { regionOf } from "../preview/stack-file";
import { LiveEndpoint } from "../promote/live-endpoint";
import { openStack } from "../stack/open-stack";
import type { Drift } from "../stack/stack";

/** One endpoint of a stack. */
export interface EndpointStatus {
  /** Its key in the configuration. */
  readonly endpoint: string;
  readonly endpointName: string;
  /** The archive that it serves. */
  readonly model: string | undefined;
  /** Undefined where it was deleted. */
  readonly state: EndpointState | undefined;
  readonly alarms: readonly LiveAlarm[];
}

/** A training job of the account. */
export interface JobStatus {
  readonly name: string;
  readonly status: string;
  readonly created: Date | undefined;
}

/** How a stack is. */
export interface StackStatus {
  readonly stack: string;
  readonly kind: "pulumi" | "sandbox";
  readonly endpoints: readonly EndpointStatus[];
  readonly jobs: readonly JobStatus[];
  readonly drift: readonly Drift[];
}

const JOBS = 5;

/** Looks at a stack's endpoints, the account's last training jobs, and what is not as the state says. */
export async function stackStatus(name: string): Promise<StackStatus> {
  const stack = await openStack(name);
  const { endpointNames, modelUris } = await stack.outputs();
  const region = regionOf(stack.settings());
  const endpoints = Promise.all(
    Object.entries(endpointNames).map(async ([endpoint, endpointName]) => {
      const live = new LiveEndpoint(endpointName, region);
      const [state, alarms] = await Promise.all([live.describe(), live.alarms()]);
      return { endpoint, endpointName, model: modelUris[endpoint], state, alarms };
    }),
  );
  return {
    ...{ stack: name, kind: stack.kind },
    endpoints: await endpoints,
    jobs: await lastJobs(region),
    drift: await stack.drift(),
  };
}

async function lastJobs(region: string): Promise<JobStatus[]> {
  const client = new SageMakerClient(clientSettings(region));
  const newest = { SortBy: "CreationTime", SortOrder: "Descending", MaxResults: JOBS } as const;
  const { TrainingJobSummaries = [] } = await client.send(new ListTrainingJobsCommand(newest));
  return TrainingJobSummaries.map(({ TrainingJobName, TrainingJobStatus, CreationTime }) => ({
    ...{ name: TrainingJobName!, status: TrainingJobStatus!, created: CreationTime },
  }));
}

/** Whether something needs somebody: an endpoint that does not serve, an alarm, drift. */
export function needsAttention({ endpoints, drift }: StackStatus): boolean {
  return (
    drift.length > 0 ||
    endpoints.some(
      ({ state, alarms }) => state?.status !== "InService" || inAlarm(alarms).length > 0,
    )
  );
}

/** A stack's status as text. */
export function renderStatus(status: StackStatus): string {
  const { stack, kind, endpoints, jobs, drift } = status;
  const endpointRows = endpoints.map(({ endpoint, model, state, alarms }) => [
    endpoint,
    state?.status ?? "gone",
    Object.values(state?.instances ?? {}).join(" + ") || "-",
    inAlarm(alarms)
      .map(({ name }) => name)
      .join(", ") || `none of ${alarms.length}`,
    model ?? "-",
  ]);
  const jobRows = jobs.map(({ name, status: state, created }) => [
    name,
    state,
    created?.toISOString() ?? "",
  ]);
  const headings = ["endpoint", "status", "instances", "in ALARM", "model"];
  return [
    `${stack} (${kind})`,
    endpoints.length === 0 ? "No endpoint serves." : renderTable(headings, endpointRows),
    jobs.length === 0 ? "No training jobs." : renderTable(["job", "status", "created"], jobRows),
    drift.length === 0
      ? "The account is as the stack's state says."
      : `Not as the stack's state says:\n${drift.map(({ type, name, what }) => `  ${type} ${name}: ${what}`).join("\n")}`,
  ].join("\n\n");
}
