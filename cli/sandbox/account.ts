import { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";

import { OFFLINE_ACCOUNT } from "../offline-account";
import { validationException } from "./aws-error";
import type { Clock } from "./clock";
import { Functions } from "./lambda/functions";
import { Metrics } from "./metrics";
import { Misfortunes } from "./misfortunes";
import type { Moto } from "./moto";
import type { Clients } from "./sagemaker/context";
import type { Sample } from "./sagemaker/samples";
import { SageMaker } from "./sagemaker/service";

/** Whatever they are: nothing looks at signatures. */
export const CREDENTIALS = { accessKeyId: "sandbox", secretAccessKey: "sandbox" } as const;

/** What the sandbox itself answers for in a region. */
interface Region {
  readonly sageMaker: SageMaker;
  readonly functions: Functions;
}

interface Settings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: typeof CREDENTIALS;
}

/** The sandbox's account: the regions that were asked for anything. */
export class Account {
  private readonly misfortunes = new Misfortunes();
  private readonly regions = new Map<string, Region>();

  constructor(
    private readonly moto: Moto,
    private readonly clock: Clock,
    private readonly folder: string,
    /** What tells a program in a region where the account is. */
    private readonly environmentOf: (region: string) => Readonly<Record<string, string>>,
  ) {}

  /** A region, from its first request on. */
  region(name: string): Region {
    const known = this.regions.get(name);
    if (known !== undefined) {
      return known;
    }
    const { clock, folder, misfortunes, moto } = this;
    const settings = { endpoint: moto.url, region: name, credentials: CREDENTIALS };
    const clients = clientsOf(settings);
    const environment = this.environmentOf(name);
    const made = {
      sageMaker: new SageMaker(
        {
          accountId: OFFLINE_ACCOUNT,
          region: name,
          clock,
          folder,
          misfortunes,
          clients,
          environment,
        },
        moto,
      ),
      functions: new Functions({
        region: name,
        moto,
        client: new LambdaClient(settings),
        logs: clients.logs,
        metrics: new Metrics(clients.cloudWatch, "AWS/Lambda"),
        folder,
        environment,
      }),
    };
    this.regions.set(name, made);
    return made;
  }

  /**
   * Says what goes wrong with the next creation or update, of any endpoint or of one.
   *
   * @throws AwsError where there is no such kind, or nothing meets it
   */
  order(kind: string, endpointName?: string): void {
    const endpoints = [...this.regions.values()].flatMap(
      ({ sageMaker }) => sageMaker.endpoints.all,
    );
    this.misfortunes.order(kind, endpointName, endpoints);
  }

  /**
   * Says how many instances the requests to an endpoint ask for, in whichever region it is.
   *
   * @throws AwsError where there is none
   */
  aim(endpointName: string, instances: number): void {
    const owner = [...this.regions.values()].find(
      ({ sageMaker }) => sageMaker.endpoints.find(endpointName) !== undefined,
    );
    if (owner === undefined) {
      throw validationException(`Could not find endpoint "${endpointName}".`);
    }
    owner.sageMaker.scaler.aim(endpointName, instances);
  }

  /** What served when, everywhere. */
  get samples(): Sample[] {
    return [...this.regions.values()].flatMap(({ sageMaker }) => sageMaker.samples.all);
  }

  /** Ends every process that was started for it. */
  async stop(): Promise<void> {
    await Promise.all(
      [...this.regions.values()].flatMap(({ sageMaker, functions }) => [
        sageMaker.stop(),
        functions.stop(),
      ]),
    );
  }
}

function clientsOf(settings: Settings): Clients {
  return {
    s3: new S3Client({ ...settings, forcePathStyle: true }),
    cloudWatch: new CloudWatchClient(settings),
    logs: new CloudWatchLogsClient(settings),
    scaling: new ApplicationAutoScalingClient(settings),
  };
}
