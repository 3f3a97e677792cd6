import { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";

import type { Clock } from "./clock";
import type { Misfortunes } from "./misfortunes";
import type { Moto } from "./moto";

/** Whatever they are: nothing looks at signatures. */
export const CREDENTIALS = { accessKeyId: "sandbox", secretAccessKey: "sandbox" } as const;

/** What a region of the sandbox's account is made of. */
export interface Context {
  readonly region: string;
  readonly clock: Clock;
  readonly misfortunes: Misfortunes;
  readonly moto: Moto;
  readonly clients: ReturnType<typeof clientsOf>;
  /** Tells programs that run in the account where it is. */
  readonly environment: Readonly<Record<string, string>>;
  /** The folder of train.py and tune.py. */
  readonly scripts: string;
  /** For archives and what is made of them; goes with the sandbox. */
  readonly folder: string;
}

/** Clients of moto's services in a region. */
export function clientsOf({ url }: Moto, region: string) {
  const settings = { endpoint: url, region, credentials: CREDENTIALS };
  return {
    s3: new S3Client({ ...settings, forcePathStyle: true }),
    cloudWatch: new CloudWatchClient(settings),
    lambda: new LambdaClient(settings),
    logs: new CloudWatchLogsClient(settings),
    scaling: new ApplicationAutoScalingClient(settings),
  };
}
