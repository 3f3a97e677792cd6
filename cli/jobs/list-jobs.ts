import {
  paginateListHyperParameterTuningJobs,
  paginateListTrainingJobs,
  type SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import { pMapIterable } from "p-map";

import { describeTraining, describeTuning, type Job } from "./job";

/** So many of an account's newest jobs of each kind are looked at for those of the stack. */
const LOOKED_AT = 200;

/** So many descriptions are asked for at the same time: SageMaker throttles more. */
const AT_A_TIME = 4;

interface Summary {
  readonly name: string;
  readonly created: Date;
  readonly describe: typeof describeTraining;
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
  const paging = { client, pageSize: 100 };
  const order = { SortBy: "CreationTime", SortOrder: "Descending" } as const;
  const [trainings, tunings] = await Promise.all([
    newest(paginateListTrainingJobs(paging, order), ({ TrainingJobSummaries = [] }) =>
      TrainingJobSummaries.map(({ TrainingJobName, CreationTime }) => ({
        name: TrainingJobName!,
        created: CreationTime!,
        describe: describeTraining,
      })),
    ),
    newest(
      paginateListHyperParameterTuningJobs(paging, order),
      ({ HyperParameterTuningJobSummaries = [] }) =>
        HyperParameterTuningJobSummaries.map(({ HyperParameterTuningJobName, CreationTime }) => ({
          name: HyperParameterTuningJobName!,
          created: CreationTime!,
          describe: describeTuning,
        })),
    ),
  ]);
  const trialPrefixes = tunings.map(({ name }) => `${name}-`);
  const both = [
    ...trainings.filter(({ name }) => !trialPrefixes.some((prefix) => name.startsWith(prefix))),
    ...tunings,
  ].sort((left, right) => right.created.getTime() - left.created.getTime());
  const jobs: Job[] = [];
  const describeOne = ({ name, describe }: Summary): Promise<Job> => describe(client, name);
  for await (const job of pMapIterable(both, describeOne, { concurrency: AT_A_TIME })) {
    if (job.outputUri.startsWith(`s3://${bucketName}/`) && !job.isTrial) {
      jobs.push(job);
    }
    if (jobs.length >= most) {
      break;
    }
  }
  return jobs.slice(0, most);
}

async function newest<Page>(
  pages: AsyncIterable<Page>,
  jobsOf: (page: Page) => Summary[],
): Promise<Summary[]> {
  const found: Summary[] = [];
  for await (const page of pages) {
    found.push(...jobsOf(page));
    if (found.length >= LOOKED_AT) {
      break;
    }
  }
  return found;
}
