import {
  ListHyperParameterTuningJobsCommand,
  ListTrainingJobsCommand,
  type SageMakerClient,
} from "@aws-sdk/client-sagemaker";

import { describeTraining, describeTuning, type Job } from "./job";

/** So many of an account's newest jobs of each kind are looked at for those of the stack. */
const LOOKED_AT = 200;

/** So many descriptions are asked for at the same time: SageMaker throttles more. */
const AT_A_TIME = 4;

interface Summary {
  readonly name: string;
  readonly created: Date;
  readonly describe: () => Promise<Job>;
}

/**
 * A stack's newest jobs of both kinds: those whose models go to its bucket. A tuning job stands for its trials.
 *
 * @param most - how many.
 */
export async function listJobs(
  client: SageMakerClient,
  bucketName: string,
  most: number,
): Promise<Job[]> {
  const [trainings, tunings] = await Promise.all([listTrainings(client), listTunings(client)]);
  const trialPrefixes = tunings.map(({ name }) => `${name}-`);
  const newest = [
    ...trainings.filter(({ name }) => !trialPrefixes.some((prefix) => name.startsWith(prefix))),
    ...tunings,
  ].sort((left, right) => right.created.getTime() - left.created.getTime());
  const jobs: Job[] = [];
  for (let from = 0; from < newest.length && jobs.length < most; from += AT_A_TIME) {
    const described = await Promise.all(
      newest.slice(from, from + AT_A_TIME).map(({ describe }) => describe()),
    );
    jobs.push(
      ...described.filter(
        ({ outputUri, isTrial }) => outputUri.startsWith(`s3://${bucketName}/`) && !isTrial,
      ),
    );
  }
  return jobs.slice(0, most);
}

async function listTrainings(client: SageMakerClient): Promise<Summary[]> {
  const found: Summary[] = [];
  let next: string | undefined;
  do {
    const page = await client.send(
      new ListTrainingJobsCommand({
        SortBy: "CreationTime",
        SortOrder: "Descending",
        MaxResults: 100,
        NextToken: next,
      }),
    );
    for (const { TrainingJobName, CreationTime } of page.TrainingJobSummaries ?? []) {
      const name = TrainingJobName!;
      found.push({ name, created: CreationTime!, describe: () => describeTraining(client, name) });
    }
    next = page.NextToken;
  } while (next && found.length < LOOKED_AT);
  return found;
}

async function listTunings(client: SageMakerClient): Promise<Summary[]> {
  const found: Summary[] = [];
  let next: string | undefined;
  do {
    const page = await client.send(
      new ListHyperParameterTuningJobsCommand({
        SortBy: "CreationTime",
        SortOrder: "Descending",
        MaxResults: 100,
        NextToken: next,
      }),
    );
    for (const summary of page.HyperParameterTuningJobSummaries ?? []) {
      const { HyperParameterTuningJobName: name, CreationTime: created } = summary;
      found.push({
        name: name!,
        created: created!,
        describe: () => describeTuning(client, name!),
      });
    }
    next = page.NextToken;
  } while (next && found.length < LOOKED_AT);
  return found;
}
