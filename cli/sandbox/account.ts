import { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { S3Client } from "@aws-sdk/client-s3";

import type { Clock } from "./clock";
import { Misfortunes } from "./misfortunes";
import type { Moto } from "./moto";
import type { Clients } from "./sagemaker/context";
import { SageMaker } from "./sagemaker/service";

/** moto's account number, and that of the mocks. */
export const ACCOUNT_ID = "123456789012";

/** Whatever they are: nothing looks at signatures. */
export const CREDENTIALS = { accessKeyId: "sandbox", secretAccessKey: "sandbox" } as const;

/** The sandbox's account: a SageMaker in each region that was asked for anything. */
export class Account {
  readonly misfortunes = new Misfortunes();
  private readonly regions = new Map<string, SageMaker>();

  constructor(
    private readonly moto: Moto,
    private readonly clock: Clock,
    private readonly folder: string,
    /** What tells a program in a region where the account is. */
    private readonly environmentOf: (region: string) => Readonly<Record<string, string>>,
  ) {}

  sageMaker(region: string): SageMaker {
    const known = this.regions.get(region);
    if (known !== undefined) {
      return known;
    }
    const { clock, folder, misfortunes, moto } = this;
    const clients = clientsOf(moto.url, region);
    const environment = this.environmentOf(region);
    const context = {
      accountId: ACCOUNT_ID,
      region,
      clock,
      folder,
      misfortunes,
      clients,
      environment,
    };
    const made = new SageMaker(context, moto);
    this.regions.set(region, made);
    return made;
  }

  /** The SageMakers that there are. */
  get all(): SageMaker[] {
    return [...this.regions.values()];
  }

  /** Ends every process that was started for it. */
  async stop(): Promise<void> {
    await Promise.all(this.all.map((each) => each.stop()));
  }
}

function clientsOf(endpoint: string, region: string): Clients {
  const settings = { endpoint, region, credentials: CREDENTIALS };
  return {
    s3: new S3Client({ ...settings, forcePathStyle: true }),
    cloudWatch: new CloudWatchClient(settings),
    logs: new CloudWatchLogsClient(settings),
    scaling: new ApplicationAutoScalingClient(settings),
  };
}
