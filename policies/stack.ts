import type { PolicyResource } from "@pulumi/policy";
import { judgedResource, type JudgedResource, type JudgedStack } from "./resource";
import { SecretPaths } from "./secret-paths";

type Mutable = { -readonly [Key in keyof JudgedResource]: JudgedResource[Key] };

/** The engine's resources as a stack check sees them, with parents and dependencies linked. */
export function judgedStack(
  resources: readonly PolicyResource[],
  secrets = new SecretPaths(),
): JudgedStack {
  const judged = resources.map((resource): Mutable => ({
    ...judgedResource(resource, secrets.of(resource.urn)),
  }));
  const byUrn = new Map(judged.map((resource) => [resource.urn, resource]));
  const find = (resource: PolicyResource): readonly JudgedResource[] => {
    const found = byUrn.get(resource.urn);
    return found === undefined ? [] : [found];
  };
  resources.forEach((resource, index) => {
    const target = judged[index]!;
    target.parent = resource.parent === undefined ? undefined : byUrn.get(resource.parent.urn);
    target.dependencies = resource.dependencies.flatMap(find);
    target.propertyDependencies = Object.fromEntries(
      Object.entries(resource.propertyDependencies).map(([key, on]) => [key, on.flatMap(find)]),
    );
  });
  return {
    resources: judged,
    ofType: (...types) => judged.filter((resource) => types.includes(resource.type)),
  };
}
