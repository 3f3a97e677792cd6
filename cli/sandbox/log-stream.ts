import {
  type CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";

const FLUSH_MILLISECONDS = 200;

/** PutLogEvents takes 1 MiB, 26 bytes an event included; UTF-8 takes at most three bytes for a UTF-16 unit. */
const LARGEST_LINE = 250_000;
const LINES_AT_ONCE = 500;

/** Writes lines to a stream of CloudWatch Logs as they come; the group and the stream are made with the first one. */
export class LogStream {
  private lines: { readonly timestamp: number; readonly message: string }[] = [];
  private work: Promise<void> = Promise.resolve();
  private isWaiting = false;
  private isMade = false;

  constructor(
    private readonly client: CloudWatchLogsClient,
    private readonly logGroupName: string,
    private readonly logStreamName: string,
  ) {}

  write(line: string): void {
    // CloudWatch refuses an empty message.
    this.lines.push({ timestamp: Date.now(), message: line.slice(0, LARGEST_LINE) || " " });
    if (!this.isWaiting) {
      this.isWaiting = true;
      setTimeout(() => void this.flush(), FLUSH_MILLISECONDS);
    }
  }

  /** Resolves when everything that was written is there. */
  flush(): Promise<void> {
    this.isWaiting = false;
    this.work = this.work.then(() => this.put()).catch(() => undefined);
    return this.work;
  }

  private async put(): Promise<void> {
    const { logGroupName, logStreamName } = this;
    if (this.lines.length > 0 && !this.isMade) {
      this.isMade = true;
      await this.client.send(new CreateLogGroupCommand({ logGroupName })).catch(ignoreExisting);
      const stream = { logGroupName, logStreamName };
      await this.client.send(new CreateLogStreamCommand(stream)).catch(ignoreExisting);
    }
    while (this.lines.length > 0) {
      const logEvents = this.lines.splice(0, LINES_AT_ONCE);
      await this.client.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
    }
  }
}

function ignoreExisting(error: Error): void {
  if (error.name !== "ResourceAlreadyExistsException") {
    throw error;
  }
}
