import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import {
  CreateTransformJobCommand,
  DescribeTransformJobCommand,
  type DescribeTransformJobResponse,
  type SageMakerClient,
  StopTransformJobCommand,
  type TransformInstanceType,
} from "@aws-sdk/client-sagemaker";

import { LABELLED } from "../../functions/classify/answer";
import { nextLook } from "../jobs/next-look";

/** What transform jobs run with. */
export interface TransformSettings {
  readonly modelName: string;
  readonly instanceType: string;
  readonly instances: number;
  readonly bucket: string;
  /** The folder of photos and manifests. */
  readonly requests: string;
  /** The folder of answers. */
  readonly answers: string;
  /** KMS key of the answers. Defaults to S3's own keys. */
  readonly kmsKeyId: string | undefined;
}

export interface Transform {
  readonly s3: S3Client;
  readonly sageMaker: SageMakerClient;
  /** Told of the job's status as it changes. */
  readonly onStatus: (status: string) => void;
  /** Stops the job. */
  readonly stop: AbortSignal;
}

/** Whatever photo it is: the server looks at the bytes. */
const SOME_PHOTO = "application/x-image";
const ENDED = new Set(["Completed", "Failed", "Stopped"]);

/**
 * Runs one batch transform job over photos, each in its own request, and waits for its end. A photo that fails has no
 * answer, and the job of the others goes on.
 *
 * @param photos - keys below the folder of requests
 * @returns the job as it ended: `Failed` as well where only some photos have failed
 * Source: SageMaker Developer Guide, "Batch transform for inference"
 */
export async function transform(
  jobName: string,
  photos: readonly string[],
  settings: TransformSettings,
  { s3, sageMaker, onStatus, stop }: Transform,
): Promise<DescribeTransformJobResponse> {
  const { bucket, requests, answers } = settings;
  const manifest = `${requests}${jobName}.manifest`;
  await s3.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: manifest,
      Body: JSON.stringify([{ prefix: `s3://${bucket}/${requests}` }, ...photos]),
    }),
  );
  await sageMaker.send(
    new CreateTransformJobCommand({
      TransformJobName: jobName,
      ModelName: settings.modelName,
      BatchStrategy: "SingleRecord",
      TransformInput: {
        DataSource: {
          S3DataSource: { S3DataType: "ManifestFile", S3Uri: `s3://${bucket}/${manifest}` },
        },
        ContentType: SOME_PHOTO,
      },
      TransformOutput: {
        S3OutputPath: `s3://${bucket}/${answers}`,
        Accept: LABELLED,
        KmsKeyId: settings.kmsKeyId,
      },
      TransformResources: {
        InstanceType: settings.instanceType as TransformInstanceType,
        InstanceCount: settings.instances,
      },
    }),
  );
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
      await sageMaker.send(new StopTransformJobCommand({ TransformJobName: jobName }));
    }
    // Once it stops, there is nothing left to be woken by.
    await nextLook(isStopping ? undefined : stop);
  }
}
