import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";

import type { AwsRequest, Violation } from "../../infra/offline/service-models/resource-requests";
import { PYTHON } from "../../scripts/python-environment";
import { endProgram, startOther } from "../child-processes";
import { UserError } from "../output/failure";
import { requirePython } from "../python";

const SERVER = path.join(__dirname, "moto_server.py");

/** A search of hyperparameters so far, as suggest.py takes it. */
export interface Search {
  /** SageMaker's. */
  readonly strategy: string;
  /** Another for each trial. */
  readonly seed: number;
  readonly minimize: boolean;
  /** SageMaker's ParameterRanges. */
  readonly ranges: unknown;
  /** A trial's value is null while it runs. */
  readonly trials: readonly { parameters: Record<string, string>; value: number | null }[];
}

/** The process that answers for every service but SageMaker, and knows AWS's descriptions of requests. */
export class Moto {
  private constructor(
    private readonly process: ChildProcess,
    readonly url: string,
  ) {}

  /**
   * @param folder goes with the process where this one can't remove it any more
   * @throws UserError where the Python environment is missing, or the process ends
   */
  static async start(folder: string): Promise<Moto> {
    requirePython();
    const child = startOther(PYTHON, [SERVER, folder], {
      // Buckets are paths at a loopback address.
      env: { ...process.env, S3_IGNORE_SUBDOMAIN_BUCKETNAME: "true" },
    });
    let complaint = "";
    createInterface({ input: child.stderr! }).on("line", (line) => (complaint = line));
    const lines = createInterface({ input: child.stdout! });
    const ended = once(child, "exit").then(() => {
      throw new UserError(
        `the sandbox's moto has ended: ${complaint} Is it installed (npm run setup:python)?`,
      );
    });
    ended.catch(() => undefined);
    const [line] = (await Promise.race([once(lines, "line"), ended])) as [string];
    const { port } = JSON.parse(line) as { port: number };
    return new Moto(child, `http://127.0.0.1:${port}`);
  }

  /** Checks a request against AWS's own description of it, as botocore has it, and what is documented only. */
  validate(request: AwsRequest): Promise<Violation[]> {
    return this.ask("validate", request);
  }

  /** Hyperparameters for the next trial of a tuning job. */
  suggest(search: Search): Promise<Record<string, string>> {
    return this.ask("suggest", search);
  }

  private async ask<Answer>(question: string, content: unknown): Promise<Answer> {
    const answer = await fetch(`${this.url}/_kennel/${question}`, {
      method: "POST",
      body: JSON.stringify(content),
    });
    if (!answer.ok) {
      throw new Error(`moto's process can't answer ${question} ${JSON.stringify(content)}`);
    }
    return (await answer.json()) as Answer;
  }

  /** Sends a request to a service that has no client here; what AWS answers or refuses is call_aws.py's to say. */
  call(region: string, request: AwsRequest): Promise<unknown> {
    return this.ask("call", { url: this.url, region, ...request });
  }

  /** Puts the code of a Lambda function's version into a folder. @throws Error where it is not a zip file */
  unpackFunction(place: Record<"region" | "name" | "version" | "folder", string>): Promise<void> {
    return this.ask("unpack-function", place);
  }

  stop(): Promise<void> {
    return endProgram(this.process);
  }
}
