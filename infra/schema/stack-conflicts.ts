import { conflicts, conflictsOfEach, readable, type Checks, type Conflict } from "./conflict";
import { endpointChecks } from "./endpoint-conflicts";
import { productionChecks, productionEndpointChecks } from "./production";
import type { WrittenStack } from "./stack";
import type { TrainingConfig } from "./training";

const stackChecks: Checks<WrittenStack> = {
  "data.ownKey": ({ data }) =>
    data.ownKey === true &&
    data.kmsKeyArn !== undefined &&
    "goes with no kmsKeyArn: bucket and disks have one key; remove one of them",
  "data.accessLogs": ({ data }) =>
    data.existing !== undefined &&
    "is for a bucket that the stack creates; turn on the log of an existing one where it is managed",
  "notebook.network.type": ({ environment, notebook }) =>
    environment !== "dev" &&
    notebook!.network.type === "internet" &&
    "lets data out past your network, which only dev may; take vpc",
};

const trainingChecks: Checks<TrainingConfig> = {
  "tuning.parallelJobs": ({ tuning }) =>
    tuning!.parallelJobs > tuning!.jobs && `is more than jobs, which is ${tuning!.jobs}`,
};

/** What does not go together, although every value alone is fine. */
export function stackConflicts(written: WrittenStack): readonly Conflict[] {
  const endpoints = readable(() => written.endpoints) ?? {};
  const isProduction = readable(() => written.environment === "prod") === true;
  return [
    ...conflictsOfEach("endpoints", endpoints, ...endpointChecks),
    ...conflictsOfEach("training", readable(() => written.training) ?? {}, trainingChecks),
    ...conflicts(written, stackChecks),
    ...(isProduction ? conflictsOfEach("endpoints", endpoints, productionEndpointChecks) : []),
    ...(isProduction ? conflicts(written, productionChecks) : []),
  ];
}
