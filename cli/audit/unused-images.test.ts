import assert from "node:assert/strict";

import {
  CreateRepositoryCommand,
  DescribeImagesCommand,
  ECRClient,
  PutImageCommand,
} from "@aws-sdk/client-ecr";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";

import { startStandInHttp, type StandInHttp } from "../../infra/testing/stand-in-http";
import { type Sandbox, startSandbox } from "../sandbox/start";
import { inEnvironment } from "../testing/environment";
import { unusedImageFindings } from "./unused-images";

const DAY = 86_400_000;
const REPOSITORY = "kennel-dev/inference";
const REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com";

describe("unused images", function () {
  this.timeout(120_000);

  let sandbox: Sandbox;
  let sageMaker: StandInHttp;
  let leave: () => void;
  let clients: { ecr: ECRClient; sageMaker: SageMakerClient };
  const digests: Record<string, string> = {};

  const push = async (tag: string, manifest: object): Promise<void> => {
    const { image } = await clients.ecr.send(
      new PutImageCommand({
        repositoryName: REPOSITORY,
        imageTag: tag,
        imageManifest: JSON.stringify({ schemaVersion: 2, ...manifest }),
      }),
    );
    digests[tag] = image!.imageId!.imageDigest!;
  };
  const layer = (name: string): object => ({
    mediaType: "application/vnd.docker.distribution.manifest.v2+json",
    config: { mediaType: "application/vnd.docker.container.image.v1+json", size: 1, digest: name },
    layers: [{ mediaType: "", size: 1, digest: name }],
  });
  const at = (place: string): string => `${REGISTRY}/${REPOSITORY}${place}`;
  /** Images of containers, by model. */
  const models = new Map<string, string[]>();
  /** Running jobs, by kind: a job's image, or the model of a transform job. */
  const jobs = { training: "", tuning: "", transform: "" };
  const summaries = (kind: keyof typeof jobs, status: unknown, list: string, key: string) => ({
    [list]: jobs[kind] !== "" && status === "InProgress" ? [{ [key]: kind }] : [],
  });

  const unused = async (days: number): Promise<string[]> => {
    const imageUris = { inference: at(`@${digests["current"]}`) };
    const now = new Date(Date.now() + days * DAY);
    const findings = await unusedImageFindings(clients, imageUris, "dev", now);
    return findings.map(({ resource }) => resource);
  };

  before(async () => {
    sandbox = await startSandbox();
    sageMaker = await startStandInHttp({
      "SageMaker.ListModels": () => ({
        Models: [...models.keys()].map((ModelName) => ({ ModelName })),
      }),
      "SageMaker.DescribeModel": ({ ModelName }) => ({
        ModelName,
        Containers: models.get(String(ModelName))!.map((Image) => ({ Image })),
      }),
      "SageMaker.ListTrainingJobs": ({ StatusEquals }) =>
        summaries("training", StatusEquals, "TrainingJobSummaries", "TrainingJobName"),
      "SageMaker.DescribeTrainingJob": () => ({
        AlgorithmSpecification: { TrainingImage: jobs.training },
      }),
      "SageMaker.ListHyperParameterTuningJobs": ({ StatusEquals }) =>
        summaries(
          "tuning",
          StatusEquals,
          "HyperParameterTuningJobSummaries",
          "HyperParameterTuningJobName",
        ),
      "SageMaker.DescribeHyperParameterTuningJob": () => ({
        TrainingJobDefinitions: [{ AlgorithmSpecification: { TrainingImage: jobs.tuning } }],
      }),
      "SageMaker.ListTransformJobs": ({ StatusEquals }) =>
        summaries("transform", StatusEquals, "TransformJobSummaries", "TransformJobName"),
      "SageMaker.DescribeTransformJob": () => ({ ModelName: jobs.transform }),
    });
    leave = inEnvironment({
      ...sandbox.environment,
      AWS_ENDPOINT_URL_SAGEMAKER: sageMaker.url,
    });
    clients = { ecr: new ECRClient({}), sageMaker: new SageMakerClient({}) };
    await clients.ecr.send(new CreateRepositoryCommand({ repositoryName: REPOSITORY }));
    for (const tag of ["current", "by-digest", "by-tag", "forgotten", "one-platform"]) {
      await push(tag, layer(`sha256:${Buffer.from(tag).toString("hex").padEnd(64, "0")}`));
    }
    await push("platforms", {
      mediaType: "application/vnd.oci.image.index.v1+json",
      manifests: [{ digest: digests["one-platform"], mediaType: "", size: 1, platform: {} }],
    });
    // The second container counts as the first one does.
    models.set("retained", [at(`@${digests["by-digest"]}`), at(":by-tag")]);
  });

  after(async () => {
    leave?.();
    sageMaker?.stop();
    await sandbox?.stop();
  });

  it("are tagged, old, and named by no container of any model and no output of the stack", async () => {
    assert.deepEqual((await unused(15)).sort(), [
      `${REPOSITORY}:forgotten`,
      `${REPOSITORY}:one-platform`,
      `${REPOSITORY}:platforms`,
    ]);
    assert.deepEqual(await unused(13), []);
  });

  it("are not an index of platforms, one of which a model names", async () => {
    models.set("platform", [at(`@${digests["one-platform"]}`)]);
    assert.deepEqual(await unused(15), [`${REPOSITORY}:forgotten`]);
  });

  it("are not what a running job of any kind was started with", async () => {
    for (const kind of ["training", "tuning"] as const) {
      jobs[kind] = at(":forgotten");
      assert.deepEqual(await unused(15), [], kind);
      jobs[kind] = "";
    }
  });

  it("are deleted one by one, unless a model has been made of one meanwhile", async () => {
    const imageUris = { inference: at(`@${digests["current"]}`) };
    const [found] = await unusedImageFindings(
      clients,
      imageUris,
      "dev",
      new Date(Date.now() + 15 * DAY),
    );
    models.set("meanwhile", [at(":forgotten")]);
    await assert.rejects(found!.removal!.run(), /in use now/);
    models.delete("meanwhile");
    await found!.removal!.run();
    const { imageDetails } = await clients.ecr.send(
      new DescribeImagesCommand({ repositoryName: REPOSITORY }),
    );
    const tags = imageDetails!.flatMap(({ imageTags }) => imageTags ?? []);
    assert.deepEqual(tags.sort(), ["by-digest", "by-tag", "current", "one-platform", "platforms"]);
  });
});
