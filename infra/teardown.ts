import * as pulumi from "@pulumi/pulumi";
import type { Classifier } from "./components/endpoint/classifier";
import type { DataConfig } from "./schema/stack";

/** What may outlive a stack. */
export interface TeardownArgs {
  /** Whether data is kept. */
  readonly keep: boolean;
  /** The data bucket. */
  readonly bucketName: pulumi.Input<string>;
  /** The bucket's settings. */
  readonly settings: Pick<DataConfig, "existing" | "ownKey">;
  /** The images in repositories of the stack, by container. */
  readonly imageUris: Readonly<Record<string, unknown>>;
  readonly classifiers: readonly Classifier[];
}

/**
 * What `pulumi destroy` leaves behind on purpose, a sentence each, so that nobody has to find out by the bill.
 *
 * The program does not run on a destroy, so that it says this as an output of the last update. docs/teardown.md tells how to
 * remove it.
 */
export function retainedResources(args: TeardownArgs): pulumi.Output<string[]> {
  const { classifiers } = args;
  const containers = Object.keys(args.imageUris);
  const created = classifiers.filter(({ modelUri }) => modelUri !== undefined);
  const models = created.map(
    ({ dashboardEndpoint, endpointName }) =>
      pulumi.interpolate`SageMaker models and endpoint configurations ${dashboardEndpoint.title}-…: an automatic rollback may have put ${endpointName} back on one of them (free of charge)`,
  );
  const logs = created.map(
    ({ endpointName }) =>
      pulumi.interpolate`Log group /aws/sagemaker/Endpoints/${endpointName}: SageMaker makes it, and again after it is deleted`,
  );
  const data = [
    ...(args.settings.existing !== undefined
      ? []
      : [
          pulumi.interpolate`Bucket ${args.bucketName} with its settings: photos and models can't be made again`,
        ]),
    ...(args.settings.ownKey === true
      ? ["KMS key of the bucket: without it nothing in the bucket can be read"]
      : []),
    `Image repositories of ${containers.join(" and ")}: an endpoint outside the stack may run their images (docs/teardown.md tells how a new stack takes over what stayed)`,
  ];
  return pulumi.all([...(args.keep ? data : []), ...models, ...logs]);
}
