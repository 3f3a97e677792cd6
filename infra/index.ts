import * as pulumi from "@pulumi/pulumi";
import { AlarmTopic } from "./components/monitoring/alarm-topic";
import { Budget } from "./components/monitoring/budget";
import { Classifier } from "./components/endpoint/classifier";
import { Dashboard } from "./components/monitoring/dashboard";
import { DataBucket } from "./components/storage/data-bucket";
import { Images } from "./components/images/images";
import { Notebook } from "./components/notebook/notebook";
import { permissionsByRole } from "./components/roles/service-role";
import { Trainer } from "./components/trainer/trainer";
import { TrainingJobs } from "./components/training/training-jobs";
import { existingRoles, readConfig } from "./config";
import { functionBundle } from "./function-bundle";
import { currentLocation } from "./location";
import { dataBucketName, stackName } from "./names";
import { byName } from "./outputs";
import { platformsInUse } from "./platform";
import { registerAliases } from "./renames";
import { retainedResources } from "./teardown";
import { createProvider, liveAccount, stackTag, stackTags } from "./provider";

registerAliases();
const config = readConfig();
const inAws = { provider: createProvider(config) };
const location = currentLocation(config.region, inAws);
const naming = { project: pulumi.getProject(), stack: pulumi.getStack() };
const keep = config.environment === "prod";
const tags = stackTags(config);

const bucket = { bucketName: dataBucketName(naming, location), settings: config.data };
const users = { location, existingRoles: existingRoles(config) };
const dataBucket = new DataBucket("data", { ...bucket, ...users, keep }, inAws);
const platforms = platformsInUse(config);
const images = new Images("images", { naming, location, platforms, keep }, inAws);
const stack = { naming, location, dataBucket, account: liveAccount(config) };

const topic = { topicName: stackName(naming, "alarms"), location };
const alarms =
  config.monitoring && new AlarmTopic("alarms", { ...topic, settings: config.monitoring }, inAws);

const classifiers = Object.entries(config.endpoints).flatMap(([name, settings]) => {
  const { model, existing } = settings;
  const image = images.inference;
  const args = { ...stack, image, settings, alarms, buildFunction: functionBundle };
  // Nothing serves before there is something to serve.
  return model || existing ? [new Classifier(name, { ...args, model }, inAws)] : [];
});

const endpoints = classifiers.map(({ dashboardEndpoint }) => dashboardEndpoint);
const dashboard = alarms && new Dashboard("dashboard", { naming, location, endpoints }, inAws);

const jobs = { jobs: config.training, image: images.training, tags };
const trainingJobs =
  Object.keys(config.training).length > 0
    ? new TrainingJobs("training", { ...stack, ...jobs }, inAws)
    : undefined;
const trainer =
  config.trainer && new Trainer("trainer", { ...stack, settings: config.trainer, tags }, inAws);
const notebook =
  config.notebook && new Notebook("notebook", { ...stack, settings: config.notebook }, inAws);
const costs = { budgetName: stackName(naming), costTag: `Stack$${stackTag()}` };
if (config.budget) new Budget("budget", { ...costs, settings: config.budget }, inAws);

export const bucketName = dataBucket.bucketName;
export const imageUris = images.uris;
export const endpointNames = byName(classifiers, ({ endpointName }) => endpointName);
export const modelUris = byName(classifiers, ({ modelUri }) => modelUri);
export const functionNames = byName(classifiers, ({ functionName }) => functionName);
export const functionUrls = byName(classifiers, ({ functionUrl }) => functionUrl);
export const training = trainingJobs
  ? { roleArn: trainingJobs.roleArn, jobs: trainingJobs.jobs }
  : null;
export const trainerAddress = trainer?.address ?? null;
export const trainerStart = trainer?.start ?? null;
export const notebookUrl = notebook?.url ?? null;
const roleUsers = [...classifiers, trainingJobs, trainer, notebook];
export const permissionsToGrant = permissionsByRole(roleUsers);
export const dashboardUrl = dashboard?.url ?? null;
export const keptOnDestroy = retainedResources({ keep, ...bucket, imageUris, classifiers });
