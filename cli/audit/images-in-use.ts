import {
  DescribeHyperParameterTuningJobCommand,
  DescribeModelCommand,
  type DescribeModelOutput,
  DescribeTrainingJobCommand,
  DescribeTransformJobCommand,
  paginateListHyperParameterTuningJobs,
  paginateListModels,
  paginateListTrainingJobs,
  paginateListTransformJobs,
  type SageMakerClient,
} from "@aws-sdk/client-sagemaker";

const RUNNING = ["InProgress", "Stopping"] as const;

/**
 * Every image that SageMaker may pull again: of all containers of all models, and of jobs that run. Endpoints and transform
 * jobs start instances from models at any time, so a model counts whoever uses it.
 *
 * @returns addresses as they are named there, with a digest or with a tag
 */
export async function imagesInUse(client: SageMakerClient): Promise<Set<string>> {
  const images: (string | undefined)[] = [];
  for await (const { Models = [] } of paginateListModels({ client }, {})) {
    for (const { ModelName } of Models) {
      images.push(...imagesOf(await client.send(new DescribeModelCommand({ ModelName }))));
    }
  }
  for (const StatusEquals of RUNNING) {
    images.push(...(await ofTraining(client, StatusEquals)));
    images.push(...(await ofTuning(client, StatusEquals)));
    images.push(...(await ofTransforming(client, StatusEquals)));
  }
  return new Set(images.filter((image) => image !== undefined));
}

function imagesOf({
  PrimaryContainer,
  Containers = [],
}: DescribeModelOutput): (string | undefined)[] {
  return [PrimaryContainer, ...Containers].map((container) => container?.Image);
}

type Running = (typeof RUNNING)[number];

async function ofTraining(
  client: SageMakerClient,
  StatusEquals: Running,
): Promise<(string | undefined)[]> {
  const images: (string | undefined)[] = [];
  for await (const page of paginateListTrainingJobs({ client }, { StatusEquals })) {
    for (const { TrainingJobName } of page.TrainingJobSummaries ?? []) {
      const job = await client.send(new DescribeTrainingJobCommand({ TrainingJobName }));
      images.push(job.AlgorithmSpecification?.TrainingImage);
    }
  }
  return images;
}

async function ofTuning(
  client: SageMakerClient,
  StatusEquals: Running,
): Promise<(string | undefined)[]> {
  const images: (string | undefined)[] = [];
  for await (const page of paginateListHyperParameterTuningJobs({ client }, { StatusEquals })) {
    for (const { HyperParameterTuningJobName } of page.HyperParameterTuningJobSummaries ?? []) {
      const job = await client.send(
        new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName }),
      );
      const definitions = [job.TrainingJobDefinition, ...(job.TrainingJobDefinitions ?? [])];
      images.push(...definitions.map((each) => each?.AlgorithmSpecification?.TrainingImage));
    }
  }
  return images;
}

/** A job's model is among the models, unless somebody has deleted it since: then AWS says so, and nothing is removed. */
async function ofTransforming(
  client: SageMakerClient,
  StatusEquals: Running,
): Promise<(string | undefined)[]> {
  const images: (string | undefined)[] = [];
  for await (const page of paginateListTransformJobs({ client }, { StatusEquals })) {
    for (const { TransformJobName } of page.TransformJobSummaries ?? []) {
      const { ModelName } = await client.send(
        new DescribeTransformJobCommand({ TransformJobName }),
      );
      images.push(...imagesOf(await client.send(new DescribeModelCommand({ ModelName }))));
    }
  }
  return images;
}
