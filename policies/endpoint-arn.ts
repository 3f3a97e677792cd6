import { partitionOf } from "../packages/aws-facts/partitions";
import type { JudgedResource } from "./resource";
import { ENDPOINT } from "./rules/sagemaker/types";

/**
 * The ARN of a SageMaker endpoint, ready to paste as far as it is known: before it exists neither is its account, which then
 * stands as `ACCOUNT`. Undefined for any other resource.
 */
export function endpointArn({ type, known, provider }: JudgedResource): string | undefined {
  const { arn, name } = known;
  if (type !== ENDPOINT || isText(arn)) {
    return type === ENDPOINT ? String(arn) : undefined;
  }
  const region = isText(provider["region"]) ? provider["region"] : "REGION";
  const partition = partitionOf(region)?.id ?? "aws";
  return isText(name) ? `arn:${partition}:sagemaker:${region}:ACCOUNT:endpoint/${name}` : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
