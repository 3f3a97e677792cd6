import { partitionOf } from "../packages/aws-facts/partitions";
import { judgedResource, type EngineResource } from "./resource";

const ENDPOINT = "aws:sagemaker/endpoint:Endpoint";

/**
 * An endpoint of the stack, for what to write instead of too wide a permission.
 *
 * The engine shows one resource after another: an endpoint that comes after the policy is not known in time, and before it
 * exists neither is its account, which then stands as `ACCOUNT`.
 */
export class KnownEndpoint {
  #arn: string | undefined;

  /** The ARN of the endpoint that was seen last, ready to paste as far as it is known. */
  get arn(): string | undefined {
    return this.#arn;
  }

  /** Takes note of a resource that may be an endpoint. */
  see(engine: EngineResource): void {
    if (engine.type !== ENDPOINT) {
      return;
    }
    const { known, provider } = judgedResource(engine);
    if (isText(known["arn"])) {
      this.#arn = known["arn"];
    } else if (isText(known["name"])) {
      const region = isText(provider["region"]) ? provider["region"] : "REGION";
      const partition = partitionOf(region)?.id ?? "aws";
      this.#arn = `arn:${partition}:sagemaker:${region}:ACCOUNT:endpoint/${known["name"]}`;
    }
  }
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
