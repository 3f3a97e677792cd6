import type { LiveAccount } from "../live/account";
import { sdkAccount } from "../live/sdk-account";
import { startStandInHttp } from "./stand-in-http";
import { StandInSageMaker } from "./stand-in-sagemaker";
import { sageMakerOperations } from "./stand-in-sagemaker-api";

/** A stand-in account, and the AWS SDK connected to it. */
export interface ConnectedAccount {
  readonly sageMaker: StandInSageMaker;
  readonly account: LiveAccount;
  /** IAM actions that are refused. */
  readonly denied: Set<string>;
  stop(): void;
}

/** Starts a stand-in account and connects to it as the program does. */
export async function connectAccount(): Promise<ConnectedAccount> {
  const sageMaker = new StandInSageMaker();
  const denied = new Set<string>();
  const { url, stop } = await startStandInHttp(sageMakerOperations(sageMaker, denied));
  const account = sdkAccount({
    region: "us-east-1",
    accessKey: "stand-in",
    secretKey: "stand-in",
    endpoints: [{ sagemaker: url, cloudwatch: url, appautoscaling: url }],
  });
  return { sageMaker, account, denied, stop };
}

/** An endpoint in service with `instances` of its one variant, which began with `initial`. */
export function runEndpoint(
  sageMaker: StandInSageMaker,
  name: string,
  options: {
    readonly configuration?: string;
    readonly initial?: number;
    readonly instances?: number;
  } = {},
): void {
  const { configuration = `${name}-configuration`, initial = 1 } = options;
  const { instances = initial } = options;
  sageMaker.configurations.set(configuration, { variants: new Map([["primary", initial]]) });
  sageMaker.create(name, configuration);
  sageMaker.settle(name).fleet.instances.set("primary", instances);
}
