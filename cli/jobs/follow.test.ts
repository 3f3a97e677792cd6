import assert from "node:assert/strict";
import { stripVTControlCharacters as plain } from "node:util";

import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";

import { type StandInHttp, startStandInHttp } from "../../infra/testing/stand-in-http";
import { followJob, type JobEvent } from "./follow";
import { describeJob, type Job } from "./job";
import { renderEnd } from "./show-job";
import { StandInJobs } from "./testing/stand-in-jobs";

const TRAINING = {
  TrainingJobName: "dogs-1",
  TrainingJobStatus: "InProgress",
  SecondaryStatus: "Starting",
  CreationTime: 1000,
  ResourceConfig: { InstanceType: "ml.m5.large", InstanceCount: 2 },
  OutputDataConfig: { S3OutputPath: "s3://team-data/models/" },
};

describe("following a job", () => {
  let stood: StandInJobs;
  let server: StandInHttp;
  let events: JobEvent[];
  let leaving: AbortController;
  let clients: { sageMaker: SageMakerClient; logs: CloudWatchLogsClient };

  const say = (message: string, seconds: number, stream = "dogs-1/algo-1-1"): void =>
    void stood.lines.push({ stream, timestamp: seconds * 1000, message });

  /** Does the next thing at each look. */
  const script = (...steps: (() => void)[]): void => {
    stood.onLook = () => steps.shift()?.();
  };

  const follow = async (name = "dogs-1", milliseconds = 1) => {
    const job = await describeJob(clients.sageMaker, name);
    return followJob(job, {
      ...clients,
      onEvent: (event) => void events.push(event),
      signal: leaving.signal,
      milliseconds,
    });
  };

  const told = (kind: JobEvent["event"]): unknown[] =>
    events
      .filter(({ event }) => event === kind)
      .map((event) =>
        event.event === "status"
          ? `${event.job.status} ${event.job.phase}`
          : event.event === "log"
            ? event.text
            : event.event === "figures"
              ? event.values
              : event.trials.map(({ status, objective }) => [status, objective]),
      );

  beforeEach(async () => {
    stood = new StandInJobs();
    server = await startStandInHttp(stood.operations);
    events = [];
    leaving = new AbortController();
    const settings = {
      endpoint: server.url,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    };
    clients = {
      sageMaker: new SageMakerClient(settings),
      logs: new CloudWatchLogsClient(settings),
    };
    stood.trainings.set("dogs-1", TRAINING);
  });

  afterEach(() => server.stop());

  const become = (change: Record<string, unknown>): void =>
    void stood.trainings.set("dogs-1", { ...stood.trainings.get("dogs-1"), ...change });

  const completed = {
    TrainingJobStatus: "Completed",
    SecondaryStatus: "Completed",
    TrainingEndTime: 1300,
    BillableTimeInSeconds: 600,
    FinalMetricDataList: [{ MetricName: "Testing Accuracy", Value: 0.984 }],
    ModelArtifacts: { S3ModelArtifacts: "s3://team-data/models/dogs-1/output/model.tar.gz" },
  };

  it("tells its states, its lines once each and their figures, until it ends", async () => {
    script(
      () => undefined,
      () => undefined,
      () => {
        become({ SecondaryStatus: "Training" });
        say("2 classes; photos: 12 train", 1100);
        say("from the other instance", 1099, "dogs-1/algo-2-1");
        say("not ours", 1100, "dogs-10/algo-1-1");
      },
      () => say("Epoch 1: Training Loss: 0.5 - Validation Loss: 0.4", 1110),
      () => {
        say("Testing Accuracy: 0.9840", 1120);
        become(completed);
      },
    );
    const ended = await follow();
    assert.deepEqual(told("status"), [
      "InProgress Starting",
      "InProgress Training",
      "Completed Completed",
    ]);
    assert.deepEqual(told("log"), [
      "from the other instance",
      "2 classes; photos: 12 train",
      "Epoch 1: Training Loss: 0.5 - Validation Loss: 0.4",
      "Testing Accuracy: 0.9840",
    ]);
    assert.deepEqual(told("figures"), [
      { "Training Loss": 0.5, "Validation Loss": 0.4 },
      { "Testing Accuracy": 0.984 },
    ]);
    assert.equal(
      // Two instances for 600 s at 0.115 USD an hour.
      plain(renderEnd(ended!, "us-east-1")),
      [
        "Completed dogs-1 after 5 min 0 s, billed 10 min 0 s on 2 × ml.m5.large: 0.038 USD",
        "Testing Accuracy 98.4 %",
        "Model: s3://team-data/models/dogs-1/output/model.tar.gz",
        "Serve it: kennel promote ENDPOINT --job dogs-1",
      ].join("\n"),
    );
  });

  it("prints lines that come after its end, or late", async () => {
    script(
      () => undefined,
      () => say("second", 1100),
      () => {
        say("first", 1095);
        become(completed);
      },
    );
    await follow();
    assert.deepEqual(told("log"), ["second", "first"]);
  });

  it("ends where the user leaves, and the job goes on", async () => {
    script(
      () => undefined,
      () => leaving.abort(),
    );
    assert.equal(await follow("dogs-1", 60_000), undefined);
    assert.equal(stood.trainings.get("dogs-1")?.["TrainingJobStatus"], "InProgress");
  });

  it("goes on where AWS throttles, and ends where the credentials expire", async () => {
    stood.errors.push({ code: "ThrottlingException", message: "Rate exceeded" });
    script(
      () => undefined,
      () => undefined,
      () => undefined,
      () => stood.errors.push({ code: "ExpiredTokenException", message: "expired" }),
    );
    await assert.rejects(follow(), { name: "ExpiredTokenException" });
    assert.deepEqual(told("status"), ["InProgress Starting"]);
  });

  it("tells why it failed", async () => {
    become({
      TrainingJobStatus: "Failed",
      SecondaryStatus: "Failed",
      FailureReason: "AlgorithmError: no photos",
    });
    const ended = await follow();
    assert.match(
      plain(renderEnd(ended!, "us-east-1")),
      /^Failed dogs-1: cost unknown\nSageMaker says: AlgorithmError: no photos$/,
    );
  });

  it("of a search tells the trials as they change, the best first", async () => {
    const trial = (name: string, status: string, value?: number) => ({
      TrainingJobName: name,
      TrainingJobStatus: status,
      TunedHyperParameters: { learning_rate: "0.00123456" },
      TrainingStartTime: 1000,
      ...(status === "Completed" && { TrainingEndTime: 1100 }),
      ...(value !== undefined && {
        FinalHyperParameterTuningJobObjectiveMetric: {
          MetricName: "Validation Loss",
          Value: value,
        },
      }),
    });
    const tuning = {
      HyperParameterTuningJobName: "tune-1",
      HyperParameterTuningJobStatus: "InProgress",
      CreationTime: 1000,
      TrainingJobStatusCounters: { InProgress: 2 },
      TrainingJobDefinition: {
        ResourceConfig: { InstanceType: "ml.m5.large", InstanceCount: 1 },
        OutputDataConfig: { S3OutputPath: "s3://team-data/models/" },
        Environment: { KENNEL_TRAINING: "dogs" },
      },
    };
    stood.tunings.set("tune-1", tuning);
    const { trials } = stood;
    script(
      () => undefined,
      () => undefined,
      () => trials.set("tune-1", [trial("tune-1-1", "InProgress")]),
      () => undefined,
      () => {
        trials.set("tune-1", [
          trial("tune-1-1", "Completed", 0.4),
          trial("tune-1-2", "Completed", 0.3),
          trial("tune-1-3", "Failed"),
        ]);
        stood.tunings.set("tune-1", {
          ...tuning,
          HyperParameterTuningJobStatus: "Completed",
          HyperParameterTuningEndTime: 1400,
        });
      },
    );
    const ended = await follow("tune-1");
    assert.deepEqual(told("trials"), [
      [["InProgress", undefined]],
      [
        ["Completed", 0.3],
        ["Completed", 0.4],
        ["Failed", undefined],
      ],
    ]);
    const text = plain(renderEnd(ended!, "us-east-1"));
    assert.match(text, /1 +tune-1-2 +Completed +0\.3000 +0\.001235 +1 min 40 s/);
    assert.match(text, /after 6 min 40 s, 3 trials on 1 × ml\.m5\.large: /);
    assert.match(text, /kennel jobs tune-1 --save-best; .*--job tune-1-2$/);
  });

  it("knows neither kind of job by a name that nobody has given", async () => {
    await assert.rejects(
      follow("nowhere"),
      /there is no job "nowhere": kennel jobs lists those of the stack/,
    );
  });

  it("begins with what a job of this name is", async () => {
    const job: Job = await describeJob(clients.sageMaker, "dogs-1");
    assert.deepEqual(
      [job.kind, job.instanceCount, job.isTrial, job.created?.toISOString()],
      ["training", 2, false, "1970-01-01T00:16:40.000Z"],
    );
  });
});
