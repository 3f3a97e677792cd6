import { setTimeout as pause } from "node:timers/promises";

import {
  CloudWatchClient,
  type MetricAlarm,
  paginateDescribeAlarms,
} from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
  SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import { SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";

import { endpointLogGroupName } from "../../infra/names";
import { clientSettings } from "../aws/clients";
import { callEndpoint, labelled, type LabelledAnswer } from "../invoke/ask-endpoint";
import type { Photo } from "../local/photos";

/** An endpoint as it is now. */
export interface EndpointState {
  /** SageMaker's EndpointStatus. */
  readonly status: string;
  readonly configurationName: string;
  /** Instances by variant; serverless ones are absent. */
  readonly instances: Readonly<Record<string, number>>;
  readonly failureReason?: string | undefined;
  readonly changed?: Date | undefined;
}

/** An alarm of an endpoint. */
export interface EndpointAlarm {
  readonly name: string;
  /** CloudWatch's StateValue: OK, ALARM or INSUFFICIENT_DATA. */
  readonly state: string;
  readonly reason: string;
}

const POLL_MILLISECONDS = 1000;

/** What AWS says of one endpoint. */
export class LiveEndpoint {
  private readonly settings;
  readonly sageMaker;
  private readonly cloudWatch;

  constructor(
    /** Its name in SageMaker. */
    readonly name: string,
    region: string,
  ) {
    this.settings = clientSettings(region);
    this.sageMaker = new SageMakerClient(this.settings);
    this.cloudWatch = new CloudWatchClient(this.settings);
  }

  /** Undefined where there is none. */
  async describe(): Promise<EndpointState | undefined> {
    try {
      const command = new DescribeEndpointCommand({ EndpointName: this.name });
      const answer = await this.sageMaker.send(command);
      const variants = answer.ProductionVariants ?? [];
      return {
        status: answer.EndpointStatus!,
        configurationName: answer.EndpointConfigName!,
        instances: Object.fromEntries(
          variants.flatMap(({ VariantName, CurrentInstanceCount }) =>
            CurrentInstanceCount === undefined ? [] : [[VariantName!, CurrentInstanceCount]],
          ),
        ),
        failureReason: answer.FailureReason,
        changed: answer.LastModifiedTime,
      };
    } catch (error) {
      if (/could not find/i.test((error as Error).message)) {
        return undefined;
      }
      throw error;
    }
  }

  /** Waits until SageMaker is done with it. */
  async settled(): Promise<void> {
    const busy = /^(Creating|Updating|SystemUpdating|RollingBack)$/;
    while (busy.test((await this.describe())?.status ?? "")) {
      await pause(POLL_MILLISECONDS);
    }
  }

  /** The archive of the model that it serves; undefined where there is none. */
  async servedModel(): Promise<string | undefined> {
    const state = await this.describe();
    return state && this.modelOf(state.configurationName);
  }

  /** The archive that an endpoint configuration's first variant serves; undefined where its model was deleted. */
  async modelOf(EndpointConfigName: string): Promise<string | undefined> {
    const command = new DescribeEndpointConfigCommand({ EndpointConfigName });
    const ModelName = (await this.sageMaker.send(command)).ProductionVariants?.[0]?.ModelName;
    const asked = this.sageMaker.send(new DescribeModelCommand({ ModelName }));
    return (await asked.catch(() => undefined))?.PrimaryContainer?.ModelDataUrl;
  }

  /** Asks for a photo, as a caller does. */
  async ask(photo: Photo): Promise<LabelledAnswer> {
    const client = new SageMakerRuntimeClient(this.settings);
    return labelled(await callEndpoint(client, this.name, photo), this.name);
  }

  /** Every alarm on one of its metrics. */
  async alarms(): Promise<readonly EndpointAlarm[]> {
    const found: EndpointAlarm[] = [];
    for await (const page of paginateDescribeAlarms({ client: this.cloudWatch }, {})) {
      const own = (page.MetricAlarms ?? []).filter((alarm) => this.isAbout(alarm));
      found.push(
        ...own.map(({ AlarmName, StateValue, StateReason }) => ({
          name: AlarmName!,
          state: StateValue ?? "INSUFFICIENT_DATA",
          reason: StateReason ?? "",
        })),
      );
    }
    return found;
  }

  /** The last thing that its containers have said since a moment, errors before everything else. */
  async lastWords(since: Date): Promise<string | undefined> {
    const client = new CloudWatchLogsClient(this.settings);
    const logGroupName = endpointLogGroupName(this.name);
    try {
      const { events = [] } = await client.send(
        new FilterLogEventsCommand({ logGroupName, startTime: since.getTime(), limit: 1000 }),
      );
      const lines = events.map(({ message = "" }) => message.trim());
      return lines.findLast((line) => /error|fatal|"level":[56]0/i.test(line)) ?? lines.at(-1);
    } catch {
      // There may be no log group yet, or no permission to read it: then there are no words.
      return undefined;
    }
  }

  private isAbout({ Dimensions = [], Metrics = [] }: MetricAlarm): boolean {
    const all = [
      Dimensions,
      ...Metrics.map(({ MetricStat }) => MetricStat?.Metric?.Dimensions ?? []),
    ];
    return all.flat().some(({ Name, Value }) => Name === "EndpointName" && Value === this.name);
  }
}
