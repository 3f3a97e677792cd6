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

import type { EndpointState, LiveAlarm } from "../../infra/live/account";
import { alarmOf, endpointOf, unlessMissing } from "../../infra/live/describe";
import { endpointLogGroupName } from "../../infra/names";
import { clientSettings } from "../aws/clients";
import { callEndpoint, labelled, type LabelledAnswer } from "../invoke/ask-endpoint";
import type { Photo } from "../local/photos";

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
    const command = new DescribeEndpointCommand({ EndpointName: this.name });
    const answer = await unlessMissing(this.sageMaker.send(command));
    return answer && endpointOf(answer);
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
  async modelOf(configurationName: string): Promise<string | undefined> {
    const ModelName = await this.modelNameOf(configurationName);
    const asked = this.sageMaker.send(new DescribeModelCommand({ ModelName }));
    return (await asked.catch(() => undefined))?.PrimaryContainer?.ModelDataUrl;
  }

  /** The name of the model that an endpoint configuration's first variant serves; undefined where that is not SageMaker's. */
  async modelNameOf(EndpointConfigName: string): Promise<string | undefined> {
    const command = new DescribeEndpointConfigCommand({ EndpointConfigName });
    return (await this.sageMaker.send(command)).ProductionVariants?.[0]?.ModelName;
  }

  /** Asks for a photo, as a caller does. */
  async ask(photo: Photo): Promise<LabelledAnswer> {
    const client = new SageMakerRuntimeClient(this.settings);
    return labelled(await callEndpoint(client, this.name, photo), this.name);
  }

  /** Every alarm on one of its metrics. */
  async alarms(): Promise<readonly LiveAlarm[]> {
    const found: LiveAlarm[] = [];
    for await (const { MetricAlarms = [] } of paginateDescribeAlarms(
      { client: this.cloudWatch },
      {},
    )) {
      found.push(...MetricAlarms.filter((alarm) => this.isAbout(alarm)).map(alarmOf));
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
