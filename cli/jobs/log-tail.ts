import {
  DescribeLogStreamsCommand,
  type CloudWatchLogsClient,
  type FilteredLogEvent,
  paginateFilterLogEvents,
} from "@aws-sdk/client-cloudwatch-logs";

/** A log group, or those of its streams that begin with a prefix. */
export interface LogPlace {
  readonly group: string;
  /** Such as `JOB/`. Without one, the streams with the newest lines. */
  readonly streamPrefix?: string | undefined;
}

/** One line of a log. */
export interface LogLine {
  readonly time: Date;
  /** Name of its stream, without the prefix. */
  readonly stream: string;
  readonly text: string;
}

/** CloudWatch Logs shows lines late and not in their order: so far back is read again. */
const LATE_MILLISECONDS = 30_000;

/** Reads the lines of a log that are new since the last reading. */
export class LogTail {
  readonly #seen = new Map<string, number>();
  #from: number;

  /** @param since - older lines are left out. */
  constructor(
    private readonly client: CloudWatchLogsClient,
    private readonly place: LogPlace,
    since: Date,
  ) {
    this.#from = since.getTime();
  }

  /** New lines by time; none where there is no log yet. */
  async read(): Promise<LogLine[]> {
    const events = await this.#events();
    const fresh = events
      .filter(({ logStreamName, eventId }) => !this.#seen.has(`${logStreamName} ${eventId}`))
      .sort((left, right) => left.timestamp! - right.timestamp!);
    for (const { logStreamName, eventId, timestamp } of fresh) {
      this.#seen.set(`${logStreamName} ${eventId}`, timestamp!);
    }
    this.#from = Math.max(this.#from, (fresh.at(-1)?.timestamp ?? 0) - LATE_MILLISECONDS);
    for (const [key, timestamp] of this.#seen) {
      if (timestamp < this.#from) {
        this.#seen.delete(key);
      }
    }
    const { streamPrefix = "" } = this.place;
    return fresh.map(({ timestamp, logStreamName, message }) => ({
      time: new Date(timestamp!),
      stream: logStreamName!.slice(streamPrefix.length),
      text: (message ?? "").trimEnd(),
    }));
  }

  async #events(): Promise<FilteredLogEvent[]> {
    const events: FilteredLogEvent[] = [];
    try {
      const logStreamNames = await this.#streams();
      if (logStreamNames.length > 0) {
        const { client, place } = this;
        const wanted = { logGroupName: place.group, logStreamNames, startTime: this.#from };
        for await (const page of paginateFilterLogEvents({ client }, wanted)) {
          events.push(...(page.events ?? []));
        }
      }
    } catch (error) {
      if ((error as Error).name !== "ResourceNotFoundException") {
        throw error;
      }
    }
    return events;
  }

  async #streams(): Promise<string[]> {
    const { group, streamPrefix } = this.place;
    const order =
      streamPrefix === undefined
        ? ({ orderBy: "LastEventTime", descending: true } as const)
        : { logStreamNamePrefix: streamPrefix };
    const { logStreams = [] } = await this.client.send(
      new DescribeLogStreamsCommand({ logGroupName: group, limit: 50, ...order }),
    );
    return logStreams.map(({ logStreamName }) => logStreamName!);
  }
}

/** Where SageMaker writes a training job's lines. */
export function trainingLog(job: string): LogPlace {
  return { group: "/aws/sagemaker/TrainingJobs", streamPrefix: `${job}/` };
}
