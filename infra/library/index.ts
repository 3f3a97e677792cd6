/**
 * Components for other Pulumi programs: an image classifier behind a SageMaker endpoint, and what several share.
 *
 * @packageDocumentation
 */
export { Alarms, Budget, type AlarmsArgs, type BudgetArgs } from "./alarms";
export { ArgumentError } from "./arguments";
export type { RegionArgs } from "./context";
export { DataBucket, type DataBucketArgs } from "./data-bucket";
export { Endpoint, type EndpointArgs } from "./endpoint";
export { GitHubDeployer, type GitHubDeployerArgs } from "../components/roles/github-deployer";
export { InferenceImage, type InferenceImageArgs } from "./inference-image";
export type * from "./settings.generated";
