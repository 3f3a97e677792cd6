import assert from "node:assert/strict";

import type { SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";

import type { Answer } from "../answer";
import { createHandler, type Dependencies, type Handler, type InvocationContext } from "../handler";
import type { Measurement } from "../measurements";
import { createRuntimeClient } from "../runtime-client";
import { readSettings, type Settings } from "../settings";
import { JPEG } from "./events";
import {
  LABELLED_REPLY,
  startRuntimeServer,
  type RuntimeReply,
  type RuntimeServer,
} from "./runtime-server";

export const URL_EVENT = { url: "https://photos.example/dog.jpg?token=secret" };

export const CORS = { "Access-Control-Allow-Origin": "*" };

/** Lambda's context with ten seconds left. */
export const CONTEXT: InvocationContext = {
  awsRequestId: "c0ffee00-0000-4000-8000-000000000000",
  invokedFunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:kennel-classify",
  getRemainingTimeInMillis: () => 10_000,
};

/** A fetch that always finds the same photo. */
export const fetchJpeg: Dependencies["fetchPhoto"] = () =>
  Promise.resolve({ bytes: JPEG, contentType: "image/jpeg" });

/** One line of the log. */
export interface Line {
  readonly level: string;
  readonly message: string;
  readonly fields: Record<string, unknown>;
}

type Changes = Partial<Omit<Dependencies, "settings">> & { readonly settings?: Partial<Settings> };

/** The handler with the real SDK client in front of a real server that speaks SageMaker's protocol. */
export class HandlerFixture {
  runtime!: RuntimeServer;
  client!: SageMakerRuntimeClient;
  lines: Line[] = [];
  measurements: Measurement[] = [];
  private readonly environment = new Map<string, string | undefined>();

  /** Registers the hooks of the enclosing suite. */
  static use(): HandlerFixture {
    const fixture = new HandlerFixture();
    before(() => fixture.start());
    beforeEach(() => {
      fixture.runtime.requests.length = 0;
      fixture.runtime.reply(LABELLED_REPLY);
      fixture.lines = [];
      fixture.measurements = [];
    });
    after(() => fixture.stop());
    return fixture;
  }

  makeHandler(changes: Changes = {}): Handler {
    return createHandler({
      runtimeClient: this.client,
      fetchPhoto: fetchJpeg,
      log: {
        addContext: () => undefined,
        info: this.record("info"),
        warn: this.record("warn"),
        error: this.record("error"),
      },
      measure: (measurement) => this.measurements.push(measurement),
      ...changes,
      settings: { ...readSettings({ ENDPOINT_NAME: "kennel-test" }), ...changes.settings },
    });
  }

  ask(event: unknown, context: InvocationContext = CONTEXT): Promise<Answer> {
    return this.makeHandler()(event, context);
  }

  /** What a direct caller is told when the endpoint answers like this. */
  async failWith(...replies: RuntimeReply[]): Promise<ErrorOfAnswer & { retryAfter?: string }> {
    this.runtime.reply(...replies);
    const answer = await this.ask(URL_EVENT);
    return { ...errorOf(answer), retryAfter: answer.headers["Retry-After"] };
  }

  private async start(): Promise<void> {
    this.runtime = await startRuntimeServer();
    // The SDK's own settings, as Lambda and the local run give them.
    const settings = {
      AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME: this.runtime.url,
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    };
    for (const name of Object.keys(settings)) this.environment.set(name, process.env[name]);
    Object.assign(process.env, settings);
    this.client = createRuntimeClient(5_000);
  }

  private async stop(): Promise<void> {
    for (const [name, value] of this.environment) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
    this.client.destroy();
    await this.runtime.close();
  }

  private record(level: string): (message: string, fields: Record<string, unknown>) => void {
    return (message, fields) => {
      this.lines.push({ level, message, fields });
    };
  }
}

interface ErrorOfAnswer {
  readonly statusCode: number;
  readonly code: string;
  readonly message: string;
}

/** Status, code and message of an error answer, after checking the one shape that all have. */
export function errorOf(answer: Answer): ErrorOfAnswer {
  assert.equal(answer.headers["Content-Type"], "application/json");
  assert.equal(answer.headers["Access-Control-Allow-Origin"], "*");
  assert.deepEqual(Object.keys(answer), ["statusCode", "headers", "body"]);
  const { error } = JSON.parse(answer.body) as { error: { code: string; message: string } };
  assert.deepEqual(Object.keys(error), ["code", "message"]);
  assert.doesNotMatch(error.message, /\n|undefined|\[object/);
  return { statusCode: answer.statusCode, ...error };
}
