import type { AnalyzerResource, AnalyzeRequest } from "@pulumi/pulumi/proto/analyzer_pb";
import { endpointArn } from "./endpoint-arn";
import { judgedResource, type EngineResource, type JudgedResource } from "./resource";
import { judgedStack, stackOf } from "./stack";

/** What the engine has sent, read once for all rules. */
export class Received {
  /** The resources that the engine asks about one by one, by URN. */
  readonly resources = new Map<string, JudgedResource>();
  /** The stack that the engine asks about. */
  stack = stackOf([]);
  /**
   * An endpoint of the stack, for what to write instead of too wide a permission, ready to paste as far as it is known.
   *
   * The engine shows one resource after another: an endpoint that comes after the policy is not known in time, and before it
   * exists neither is its account, which then stands as `ACCOUNT`.
   */
  endpointArn: string | undefined;

  /** The engine asks about one resource. */
  takeResource(request: AnalyzeRequest): void {
    const resource = judgedResource(onWire(request));
    this.resources.set(resource.urn, resource);
    this.endpointArn = endpointArn(resource) ?? this.endpointArn;
  }

  /** The engine asks about all resources together. */
  takeStack(resources: readonly AnalyzerResource[]): void {
    this.stack = judgedStack(
      resources.map((resource) => ({
        ...onWire(resource),
        parent: resource.getParent(),
        dependencies: resource.getDependenciesList(),
        propertyDependencies: new Map(
          [...resource.getPropertydependenciesMap().entries()].map(([key, on]) => [
            key,
            on.getUrnsList(),
          ]),
        ),
      })),
    );
    this.resources.clear();
    for (const resource of this.stack.resources) {
      this.endpointArn = endpointArn(resource) ?? this.endpointArn;
    }
  }
}

function onWire(message: AnalyzeRequest | AnalyzerResource): EngineResource {
  return {
    type: message.getType(),
    name: message.getName(),
    urn: message.getUrn(),
    props: message.getProperties()?.toJavaScript() ?? {},
    provider: message.getProvider()?.getProperties()?.toJavaScript(),
  };
}
