import type { RegisteredResource } from "../../infra/offline/registrations";

/** What becomes of a resource. */
export type ChangeKind = "created" | "updated" | "replaced" | "deleted";

/** What happens to users of a type of resource, beside the change itself. */
interface Effects {
  readonly replaced?: string;
  readonly deleted?: string;
  /** By the property that is updated. */
  readonly updated?: Readonly<Record<string, string>>;
}

/** Sources: the developer guides of each service, on updating and deleting. */
const EFFECTS: Readonly<Record<string, Effects>> = {
  "aws:sagemaker/endpoint:Endpoint": {
    replaced: "interrupted: callers must use the new endpoint",
    deleted: "interrupted: requests to the endpoint fail from then on",
    updated: { endpointConfigName: "not interrupted: new instances serve before the old ones go" },
  },
  "aws:sagemaker/notebookInstance:NotebookInstance": {
    replaced: "lost: what is on the notebook's disk",
    deleted: "lost: what is on the notebook's disk",
    updated: { instanceType: "interrupted: the notebook stops and starts" },
  },
  "aws:ec2/instance:Instance": {
    replaced: "interrupted: what runs on the instance ends; lost: what is on its disk",
    deleted: "interrupted: what runs on the instance ends; lost: what is on its disk",
    updated: {
      instanceType: "interrupted: the instance stops and starts",
      userData: "interrupted: the instance stops and starts",
    },
  },
  "aws:lambda/function:Function": {
    replaced: "interrupted: calls fail until the new function is there",
    deleted: "interrupted: calls to the function fail from then on",
  },
  "aws:lambda/functionUrl:FunctionUrl": {
    replaced: "interrupted: the URL is another one",
    deleted: "interrupted: the URL answers no more",
  },
  "aws:apigatewayv2/api:Api": {
    replaced: "interrupted: the API's address is another one",
    deleted: "interrupted: the API answers no more",
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": { deleted: "not watched from then on" },
  "aws:sns/topicSubscription:TopicSubscription": { deleted: "nobody is told there from then on" },
  "aws:appautoscaling/policy:Policy": { deleted: "not scaled by it from then on" },
  "aws:cloudwatch/logGroup:LogGroup": { replaced: "lost: its logs", deleted: "lost: its logs" },
  "aws:ecr/repository:Repository": { replaced: "lost: its images", deleted: "lost: its images" },
  "aws:sqs/queue:Queue": { replaced: "lost: its messages", deleted: "lost: its messages" },
  "aws:kms/key:Key": {
    replaced: "lost, once AWS deletes the old key: what only it can decrypt",
    deleted: "lost, once AWS deletes the key: what only it can decrypt",
  },
};

/** What is interrupted, lost, kept or refused where a resource changes. */
export function consequences(
  kind: ChangeKind,
  resource: RegisteredResource,
  touched: readonly string[],
  isDeletedFirst = false,
): string[] {
  const { type, inputs, options } = resource;
  if (kind === "created") {
    return [];
  }
  const { updated = {}, ...effects }: Effects = EFFECTS[type] ?? {};
  if (kind === "updated") {
    return touched.flatMap((key) => updated[key] ?? []);
  }
  if (options.protect) {
    return [
      `refused: it is protected, and \`pulumi up\` stops; \`pulumi state unprotect\` lifts that`,
    ];
  }
  if (options.retainOnDelete) {
    return ["kept: the old one stays in AWS, outside of the stack"];
  }
  if (type === "aws:s3/bucket:Bucket") {
    return [
      inputs["forceDestroy"] === true || inputs["forceDestroy"] === "true"
        ? "lost: every object in the bucket"
        : "refused by S3 unless the bucket is empty",
    ];
  }
  const gap = isDeletedFirst ? ["the old one goes before the new one is there"] : [];
  const effect = effects[kind];
  return [...(effect === undefined ? [] : [effect]), ...gap];
}
