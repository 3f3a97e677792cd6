import { setTimeout as wait } from "node:timers/promises";

import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import {
  CreateTransformJobCommand,
  DescribeTransformJobCommand,
  type DescribeTransformJobResponse,
  type SageMakerClient,
  StopTransformJobCommand,
  type TransformInstanceType,
} from "@aws-sdk/client-sagemaker";

/** What a transform job runs with. */
export interface TransformSettings {
  readonly modelName: string;
  readonly instanceType: string;
  readonly instances: number;
  /** Where photos are, and their keys. */
  readonly photos: { readonly bucket: string; readonly keys: readonly string[] };
  /** Where manifest and answers go: `s3://BUCKET/FOLDER`, without a slash at its end. */
  readonly folder: { readonly bucket: string; readonly key: string };
}

export interface Transform {
  readonly s3: S3Client;
  readonly sageMaker: SageMakerClient;
  /** Told of the job's status as it changes. */
  readonly onStatus: (status: string) => void;
  /** Stops the job. */
  readonly stop: AbortSignal;
}

/** The folder of a job's answers. */
export const ANSWERS = "answers/";

const LABELLED = "application/vnd.kennel+json";
/** Whatever photo it is: the server looks at the bytes. */
const SOME_PHOTO = "application/x-image";
const LOOK_MILLISECONDS = 2_000;
const ENDED = new Set(["Completed", "Failed", "Stopped"]);

/**
 * Runs one batch transform job over photos, each in its own request, and waits for its end. A photo that fails has no
 * answer, and the job of the others goes on.
 *
 * @returns the job as it ended: `Failed` as well where only some photos have failed
 * Source: SageMaker Developer Guide, "Batch transform for inference"
 */
export async function transform(
  jobName: string,
  { modelName, instanceType, instances, photos, folder }: TransformSettings,
  { s3, sageMaker, onStatus, stop }: Transform,
): Promise<DescribeTransformJobResponse> {
  const manifest = `${folder.key}/${jobName}.manifest`;
  await s3.send(
    new PutObjectCommand({
      Bucket: folder.bucket,
      Key: manifest,
      Body: JSON.stringify([{ prefix: `s3://${photos.bucket}/` }, ...photos.keys]),
    }),
  );
  await sageMaker.send(
    new CreateTransformJobCommand({
      TransformJobName: jobName,
      ModelName: modelName,
      BatchStrategy: "SingleRecord",
      TransformInput: {
        DataSource: {
          S3DataSource: { S3DataType: "ManifestFile", S3Uri: `s3://${folder.bucket}/${manifest}` },
        },
        ContentType: SOME_PHOTO,
      },
      TransformOutput: {
        S3OutputPath: `s3://${folder.bucket}/${folder.key}/${ANSWERS}`,
        Accept: LABELLED,
      },
      TransformResources: {
        InstanceType: instanceType as TransformInstanceType,
        InstanceCount: instances,
      },
    }),
  );
  const stopJob = async (): Promise<void> => {
    await sageMaker.send(new StopTransformJobCommand({ TransformJobName: jobName }));
  };
  let isStopping = false;
  let former: string | undefined;
  for (;;) {
    const job = await sageMaker.send(
      new DescribeTransformJobCommand({ TransformJobName: jobName }),
    );
    const status = job.TransformJobStatus ?? "";
    if (status !== former) {
      onStatus(status);
      former = status;
    }
    if (ENDED.has(status)) {
      return job;
    }
    if (stop.aborted && !isStopping) {
      isStopping = true;
      await stopJob();
    }
    // Once it stops, there is nothing left to be woken by.
    const signal = isStopping ? undefined : stop;
    await wait(LOOK_MILLISECONDS, undefined, { signal }).catch(() => undefined);
  }
}
