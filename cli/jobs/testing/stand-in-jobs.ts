import { type Operations, StandInAwsError } from "../../../infra/testing/stand-in-http";

/** One line of a log. */
export interface StandInLine {
  readonly stream: string;
  /** Milliseconds. */
  readonly timestamp: number;
  readonly message: string;
}

/** What SageMaker and CloudWatch Logs are to answer: changed by a test as time passes. */
export class StandInJobs {
  /** DescribeTrainingJob's answers by name. */
  readonly trainings = new Map<string, Record<string, unknown>>();
  /** DescribeHyperParameterTuningJob's answers by name. */
  readonly tunings = new Map<string, Record<string, unknown>>();
  /** Summaries of each tuning job's trials. */
  readonly trials = new Map<string, Record<string, unknown>[]>();
  readonly lines: StandInLine[] = [];
  /** What is thrown in place of the next answers. */
  readonly errors: { code: string; message: string }[] = [];
  /** Called before each description. */
  onLook: () => void = () => undefined;

  readonly operations: Operations = {
    "SageMaker.DescribeTrainingJob": ({ TrainingJobName }) =>
      this.#found(this.trainings, TrainingJobName),
    "SageMaker.DescribeHyperParameterTuningJob": ({ HyperParameterTuningJobName }) =>
      this.#found(this.tunings, HyperParameterTuningJobName),
    "SageMaker.ListTrainingJobsForHyperParameterTuningJob": ({ HyperParameterTuningJobName }) => ({
      TrainingJobSummaries: this.trials.get(String(HyperParameterTuningJobName)) ?? [],
    }),
    "SageMaker.ListTrainingJobs": () => ({ TrainingJobSummaries: [...this.trainings.values()] }),
    "SageMaker.ListHyperParameterTuningJobs": () => ({
      HyperParameterTuningJobSummaries: [...this.tunings.values()],
    }),
    "Logs_20140328.DescribeLogStreams": ({ logStreamNamePrefix = "" }) => {
      const names = new Set(this.lines.map(({ stream }) => stream));
      if (names.size === 0) {
        throw new StandInAwsError("ResourceNotFoundException", "no such group");
      }
      return {
        logStreams: [...names]
          .filter((name) => name.startsWith(String(logStreamNamePrefix)))
          .map((logStreamName) => ({ logStreamName })),
      };
    },
    "Logs_20140328.FilterLogEvents": ({ logStreamNames, startTime }) => ({
      events: this.lines
        .map((line, index) => ({ ...line, logStreamName: line.stream, eventId: String(index) }))
        .filter(
          ({ stream, timestamp }) =>
            (logStreamNames as string[]).includes(stream) && timestamp >= Number(startTime),
        ),
    }),
  };

  #found(jobs: ReadonlyMap<string, unknown>, name: unknown): unknown {
    this.onLook();
    const error = this.errors.shift();
    if (error !== undefined) {
      throw new StandInAwsError(error.code, error.message);
    }
    const job = jobs.get(String(name));
    if (job === undefined) {
      throw new StandInAwsError("ValidationException", "Requested resource not found.");
    }
    return job;
  }
}
