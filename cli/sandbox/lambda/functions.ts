import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp } from "node:fs/promises";
import path from "node:path";

import {
  type FunctionConfiguration,
  type FunctionUrlAuthType,
  GetFunctionCommand,
  GetFunctionUrlConfigCommand,
} from "@aws-sdk/client-lambda";

import { AwsError } from "../aws-error";
import type { Context } from "../context";
import { LogStream } from "../log-stream";
import { Metrics } from "../metrics";
import { Environment, type Outcome } from "./environment";

/** A call of a function. */
export interface Invocation {
  /** Name or ARN, perhaps with a version or an alias behind a colon. */
  readonly name: string;
  readonly qualifier?: string | undefined;
  /** JSON. */
  readonly payload: string;
}

/** What the call came to, and which version answered. */
export type Invoked = Outcome & { readonly version: string };

/** The environments of a function that this machine runs at once, where the function doesn't reserve fewer. */
const ENVIRONMENTS = 10;

/** Lambda runs another release, which is what the warning would be about. */
const QUIET = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" };

/** Runs Lambda functions, each call in its own process; moto knows what a function is. */
export class Functions {
  private readonly environments = new Map<string, Environment[]>();
  private readonly code = new Map<string, Promise<string>>();

  private readonly metrics: Metrics;

  constructor(private readonly context: Context) {
    this.metrics = new Metrics(context.clients.cloudWatch, "AWS/Lambda");
  }

  /** @throws AwsError as Lambda refuses, or where moto does */
  async invoke({ name, qualifier, payload }: Invocation): Promise<Invoked> {
    const { FunctionName, Qualifier } = target(name, qualifier);
    const { Configuration, Concurrency } = await this.context.clients.lambda.send(
      new GetFunctionCommand({ FunctionName, ...(Qualifier && { Qualifier }) }),
    );
    const configuration = Configuration!;
    requireRunnable(configuration);
    const reserved = Concurrency?.ReservedConcurrentExecutions;
    const environment = await this.free(
      configuration,
      Math.min(reserved ?? ENVIRONMENTS, ENVIRONMENTS),
    );
    const started = performance.now();
    const outcome = await environment.handle({
      requestId: randomUUID(),
      payload,
      functionArn: configuration.FunctionArn!,
      seconds: configuration.Timeout ?? 3,
    });
    const Duration = performance.now() - started;
    this.metrics.add({ FunctionName }, "Milliseconds", { Duration });
    const Errors = outcome.functionError === undefined ? 0 : 1;
    this.metrics.add({ FunctionName }, "Count", { Errors, Throttles: 0, Invocations: 1 });
    return { ...outcome, version: configuration.Version ?? "$LATEST" };
  }

  /** Who may call a function's URL. @throws where it has none */
  async authTypeOf(name: string): Promise<FunctionUrlAuthType> {
    const command = new GetFunctionUrlConfigCommand(target(name, undefined));
    const { AuthType } = await this.context.clients.lambda.send(command);
    return AuthType!;
  }

  /** An environment that has nothing to do, or a new one. */
  private async free(configuration: FunctionConfiguration, most: number): Promise<Environment> {
    const { FunctionName, Version, CodeSha256, RevisionId } = configuration;
    const variables = JSON.stringify(configuration.Environment ?? {});
    const key = [FunctionName, Version, CodeSha256, RevisionId, variables].join();
    const folder = await this.unpacked(configuration, key);
    const known = (this.environments.get(key) ?? []).filter((each) => each.isBusy || each.isFree);
    this.environments.set(key, known);
    const idle = known.find((each) => each.isFree);
    if (idle !== undefined) {
      idle.isBusy = true;
      return idle;
    }
    if (known.length >= most) {
      this.metrics.add({ FunctionName: FunctionName! }, "Count", { Throttles: 1 });
      throw new AwsError("TooManyRequestsException", "Rate Exceeded.", 429);
    }
    const made = this.start(configuration, folder);
    made.isBusy = true;
    known.push(made);
    return made;
  }

  private unpacked({ FunctionName, Version }: FunctionConfiguration, key: string): Promise<string> {
    const { folder, moto, region } = this.context;
    const unpack = async (): Promise<string> => {
      const made = await mkdtemp(path.join(folder, "function-"));
      const code = { region, name: FunctionName!, version: Version!, folder: made };
      await moto.ask("unpack-function", code);
      return made;
    };
    const found = this.code.get(key) ?? unpack();
    this.code.set(key, found);
    return found;
  }

  private start(configuration: FunctionConfiguration, folder: string): Environment {
    const { FunctionName, Version = "$LATEST", MemorySize = 128, Handler } = configuration;
    const group = `/aws/lambda/${FunctionName}`;
    const day = new Date().toISOString().slice(0, 10).replaceAll("-", "/");
    const stream = `${day}/[${Version}]${randomBytes(16).toString("hex")}`;
    const log = new LogStream(this.context.clients.logs, group, stream);
    const env = {
      ...QUIET,
      PATH: process.env["PATH"],
      TZ: ":UTC",
      LAMBDA_TASK_ROOT: folder,
      _HANDLER: Handler!,
      AWS_EXECUTION_ENV: `AWS_Lambda_${configuration.Runtime}`,
      AWS_LAMBDA_FUNCTION_NAME: FunctionName,
      AWS_LAMBDA_FUNCTION_VERSION: Version,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(MemorySize),
      AWS_LAMBDA_LOG_GROUP_NAME: group,
      AWS_LAMBDA_LOG_STREAM_NAME: stream,
      ...this.context.environment,
      ...configuration.Environment?.Variables,
    };
    return Environment.start(folder, Handler!, env, (line) => log.write(line));
  }

  /** Ends all environments. */
  async stop(): Promise<void> {
    const all = [...this.environments.values()].flat();
    await Promise.all(all.map((each) => each.stop()));
  }
}

/** Of `arn:aws:lambda:REGION:ACCOUNT:function:NAME:ALIAS`, `NAME:ALIAS` or `NAME` with the alias apart. */
function target(name: string, qualifier: string | undefined) {
  const [, FunctionName = name, behind] =
    /^(?:arn:[^:]+:lambda:[^:]+:\d+:function:|\d+:function:)?([^:]+)(?::([^:]+))?$/.exec(name) ??
    [];
  return { FunctionName, Qualifier: qualifier ?? behind };
}

function requireRunnable({ PackageType, Runtime }: FunctionConfiguration): void {
  if (PackageType === "Image" || Runtime?.startsWith("nodejs") !== true) {
    throw new AwsError(
      "InvalidRuntimeException",
      `The sandbox runs zip files of Node.js; this function is ${PackageType === "Image" ? "an image" : Runtime}.`,
      502,
    );
  }
}
