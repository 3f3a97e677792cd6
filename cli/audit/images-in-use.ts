import {
  DescribeHyperParameterTuningJobCommand,
  DescribeModelCommand,
  DescribeTrainingJobCommand,
  DescribeTransformJobCommand,
  paginateListHyperParameterTuningJobs,
  paginateListModels,
  paginateListTrainingJobs,
  paginateListTransformJobs,
  type SageMakerClient,
} from "@aws-sdk/client-sagemaker";

/**
 * Every image that SageMaker may pull again: of all containers of all models, and of jobs that run. Endpoints and transform
 * jobs start instances from models at any time, so a model counts whoever uses it.
 *
 * @returns addresses as they are named there, with a digest or with a tag
 */
export async function imagesInUse(client: SageMakerClient): Promise<Set<string>> {
  const images: (string | undefined)[] = [];
  const addModel = async (ModelName: string | undefined): Promise<void> => {
    const model = await client.send(new DescribeModelCommand({ ModelName }));
    const containers = [model.PrimaryContainer, ...(model.Containers ?? [])];
    images.push(...containers.map((container) => container?.Image));
  };
  for await (const { Models = [] } of paginateListModels({ client }, {})) {
    for (const { ModelName } of Models) {
      await addModel(ModelName);
    }
  }
  for (const StatusEquals of ["InProgress", "Stopping"] as const) {
    for await (const page of paginateListTrainingJobs({ client }, { StatusEquals })) {
      for (const { TrainingJobName } of page.TrainingJobSummaries ?? []) {
        const job = await client.send(new DescribeTrainingJobCommand({ TrainingJobName }));
        images.push(job.AlgorithmSpecification?.TrainingImage);
      }
    }
    for await (const page of paginateListHyperParameterTuningJobs({ client }, { StatusEquals })) {
      for (const { HyperParameterTuningJobName } of page.HyperParameterTuningJobSummaries ?? []) {
        const job = await client.send(
          new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName }),
        );
        const definitions = [job.TrainingJobDefinition, ...(job.TrainingJobDefinitions ?? [])];
        images.push(...definitions.map((each) => each?.AlgorithmSpecification?.TrainingImage));
      }
    }
    for await (const page of paginateListTransformJobs({ client }, { StatusEquals })) {
      for (const { TransformJobName } of page.TransformJobSummaries ?? []) {
        const job = await client.send(new DescribeTransformJobCommand({ TransformJobName }));
        // It is among the models, unless somebody has deleted it since: then AWS says so, and nothing is removed.
        await addModel(job.ModelName);
      }
    }
  }
  return new Set(images.filter((image) => image !== undefined));
}
