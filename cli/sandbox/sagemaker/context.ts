import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import type { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import type { S3Client } from "@aws-sdk/client-s3";

import type { Clock } from "../clock";
import type { Misfortunes } from "../misfortunes";

/** What SageMaker uses of the rest of the account: moto's services. */
export interface Clients {
  readonly s3: S3Client;
  readonly cloudWatch: CloudWatchClient;
  readonly logs: CloudWatchLogsClient;
  readonly scaling: ApplicationAutoScalingClient;
}

/** One region of the sandbox's account, as its SageMaker sees it. */
export interface Context {
  readonly accountId: string;
  readonly region: string;
  readonly clock: Clock;
  readonly misfortunes: Misfortunes;
  readonly clients: Clients;
  /** Tells programs that run in the account where it is. */
  readonly environment: Readonly<Record<string, string>>;
  /** For archives and what is made of them; goes with the sandbox. */
  readonly folder: string;
}

/** A resource's ARN, `kind` such as `endpoint`. Source: service authorization reference, "Amazon SageMaker". */
export function arnOf({ accountId, region }: Context, kind: string, name: string): string {
  return `arn:aws:sagemaker:${region}:${accountId}:${kind}/${name.toLowerCase()}`;
}
