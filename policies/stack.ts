import {
  judgedResource,
  type EngineResource,
  type JudgedResource,
  type JudgedStack,
} from "./resource";

/** A resource and, by their URNs, what it belongs to and was computed from. */
export interface PlacedResource extends EngineResource {
  readonly parent: string;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: ReadonlyMap<string, readonly string[]>;
}

/** The resources of a stack as a stack check sees them, with parents and dependencies linked. */
export function judgedStack(placed: readonly PlacedResource[]): JudgedStack {
  const resources = placed.map(judgedResource);
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const linked = (urns: readonly string[]): JudgedResource[] =>
    urns.flatMap((urn) => byUrn.get(urn) ?? []);
  placed.forEach(({ parent, dependencies, propertyDependencies }, index) => {
    Object.assign(resources[index]!, {
      parent: byUrn.get(parent),
      dependencies: linked(dependencies),
      propertyDependencies: Object.fromEntries(
        [...propertyDependencies].map(([key, urns]) => [key, linked(urns)]),
      ),
    } satisfies Partial<JudgedResource>);
  });
  return stackOf(resources);
}

/** Resources that are linked already, as a stack. */
export function stackOf(resources: readonly JudgedResource[]): JudgedStack {
  return {
    resources,
    ofType: (...types) => {
      const wanted = new Set(types);
      return resources.filter(({ type }) => wanted.has(type));
    },
  };
}
