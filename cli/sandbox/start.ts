import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

import { requireFreePort } from "../free-port";
import { REPOSITORY } from "../repository";
import { Account } from "./account";
import { Clock } from "./clock";
import { CREDENTIALS } from "./context";
import { Moto } from "./moto";
import { createSandboxServer } from "./server";

const HOST = "127.0.0.1";
const TRAINING_SCRIPTS = path.join(REPOSITORY, "training-scripts");

/** How a sandbox is to be. */
export interface SandboxOptions {
  /** On 127.0.0.1; defaults to a free one. */
  readonly port?: number;
  /** Of requests that don't name one. Defaults to us-east-1. */
  readonly region?: string;
  /** Seconds of SageMaker's in one second. Defaults to 60: minutes are seconds. */
  readonly speed?: number;
  /** The folder of train.py and tune.py, which jobs run. Defaults to this repository's. */
  readonly scripts?: string;
}

/** A running sandbox: an AWS account on one loopback address. */
export interface Sandbox {
  readonly url: string;
  /** What a program needs in its environment to take the sandbox for AWS. */
  readonly environment: Readonly<Record<string, string>>;
  /** Ends it with everything that it has started. */
  stop(): Promise<void>;
}

/**
 * Starts a sandbox.
 *
 * @throws UserError where the port is in use, or the Python environment is missing
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { port = 0, region = "us-east-1", speed = 60, scripts = TRAINING_SCRIPTS } = options;
  await requireFreePort(port);
  const folder = await mkdtemp(path.join(tmpdir(), "kennel-sandbox-"));
  const moto = await Moto.start(folder);
  const clock = new Clock(speed);
  const urlOf = (): string => `http://${HOST}:${(server.server.address() as AddressInfo).port}`;
  const environmentIn = (name: string) => environmentOf(urlOf(), name);
  const account = new Account(moto, clock, folder, scripts, environmentIn);
  const server = createSandboxServer(account, moto.url, region);
  const stop = async (): Promise<void> => {
    clock.stop();
    await server.close();
    await account.stop();
    await moto.stop();
    await rm(folder, { recursive: true, force: true });
  };
  await server.listen({ host: HOST, port });
  const url = urlOf();
  return { url, environment: environmentOf(url, region), stop };
}

function environmentOf(url: string, region: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: region,
    // What boto3 reads.
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: "true",
    KENNEL_SANDBOX: url,
  };
}
