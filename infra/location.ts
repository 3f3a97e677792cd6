import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** Where a stack lives in AWS. All of it is known in a preview, and so are ARNs built from it. */
export interface Location {
  readonly partition: pulumi.Output<string>;
  readonly accountId: pulumi.Output<string>;
  readonly region: string;
}

/** Looks up the account and the partition that the provider's credentials belong to. */
export function currentLocation(region: string, options: pulumi.InvokeOutputOptions): Location {
  return {
    partition: aws.getPartitionOutput({}, options).partition,
    accountId: aws.getCallerIdentityOutput({}, options).accountId,
    region,
  };
}

/** An ARN of this account and region, such as `arn:aws:sagemaker:us-east-1:123456789012:endpoint/name`. */
export function arn(
  location: Location,
  service: string,
  resource: pulumi.Input<string>,
): pulumi.Output<string> {
  const { partition, accountId, region } = location;
  return pulumi.interpolate`arn:${partition}:${service}:${region}:${accountId}:${resource}`;
}

/** The ARN of a bucket, or of a key or pattern in it, such as `arn:aws:s3:::bucket/models/*`. */
export function bucketArn(
  location: Location,
  bucket: pulumi.Input<string>,
  key?: string,
): pulumi.Output<string> {
  const suffix = key === undefined ? "" : `/${key}`;
  return pulumi.interpolate`arn:${location.partition}:s3:::${bucket}${suffix}`;
}
