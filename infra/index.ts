import * as pulumi from "@pulumi/pulumi";
import { buildFunction } from "../functions/classify/build";
import { Classifier } from "./components/classifier";
import { DataBucket } from "./components/data-bucket";
import { Image } from "./components/image";
import { Notebook } from "./components/notebook";
import { Trainer } from "./components/trainer";
import { TrainingJobs } from "./components/training-jobs";
import { readConfig } from "./config";
import { containerNames } from "./docker-context";
import { currentLocation } from "./location";
import { dataBucketName, notebookName, repositoryName } from "./names";
import { projectRoot } from "./project-root";
import { createProvider } from "./provider";

const config = readConfig();
const naming = { project: pulumi.getProject(), stack: pulumi.getStack() };
const inAws = { provider: createProvider(config) };
const location = currentLocation(config.region, inAws);
const keep = config.environment === "prod";

const dataBucket = new DataBucket(
  "data",
  { bucketName: dataBucketName(naming, location), location, settings: config.data, keep },
  inAws,
);

const images = Object.fromEntries(
  containerNames(projectRoot).map((name) => {
    const dockerfile = `containers/${name}/Dockerfile`;
    const args = { repositoryName: repositoryName(naming, name), location, dockerfile, keep };
    return [name, new Image(name, args, inAws)];
  }),
);

const classifiers = Object.entries(config.endpoints).flatMap(([name, settings]) => {
  const shared = { naming, location, dataBucket, image: images["inference"]!, buildFunction };
  const { model } = settings;
  // Nothing serves before there is something to serve.
  return model ? [{ name, made: new Classifier(name, { ...shared, model, settings }, inAws) }] : [];
});

const trainingJobs =
  Object.keys(config.training).length > 0
    ? new TrainingJobs("training", { naming, location, dataBucket }, inAws)
    : null;

const trainer =
  config.trainer &&
  new Trainer("trainer", { location, dataBucket, settings: config.trainer }, inAws);

const notebook =
  config.notebook &&
  new Notebook(
    "notebook",
    { notebookName: notebookName(naming), location, dataBucket, settings: config.notebook },
    inAws,
  );

function byName<T>(pick: (classifier: Classifier) => T): Record<string, NonNullable<T>> {
  const picked = classifiers.map(({ name, made }) => [name, pick(made)] as const);
  return Object.fromEntries(picked.flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

export const bucketName = dataBucket.bucketName;
export const imageUris = Object.fromEntries(
  Object.entries(images).map(([name, { imageUri }]) => [name, imageUri]),
);
export const endpointNames = byName(({ endpointName }) => endpointName);
export const functionNames = byName(({ functionName }) => functionName);
export const functionUrls = byName(({ functionUrl }) => functionUrl);
export const training = trainingJobs && { roleArn: trainingJobs.roleArn, jobs: config.training };
export const trainerAddress = trainer?.address ?? null;
export const notebookUrl = notebook?.url ?? null;
