import {
  judgedResource,
  type JudgedResource,
  type JudgedStack,
  type EngineResource,
} from "./resource";

/** A resource and, by their URNs, what it belongs to and was computed from. */
export interface PlacedResource extends EngineResource {
  readonly parent: string;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: ReadonlyMap<string, readonly string[]>;
}

type Mutable = { -readonly [Key in keyof JudgedResource]: JudgedResource[Key] };

/** The resources of a stack as a stack check sees them, with parents and dependencies linked. */
export function judgedStack(placed: readonly PlacedResource[]): JudgedStack {
  const resources = placed.map((resource): Mutable => judgedResource(resource));
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const linked = (urns: readonly string[]): JudgedResource[] =>
    urns.flatMap((urn) => byUrn.get(urn) ?? []);
  placed.forEach(({ parent, dependencies, propertyDependencies }, index) => {
    const target = resources[index]!;
    target.parent = byUrn.get(parent);
    target.dependencies = linked(dependencies);
    target.propertyDependencies = Object.fromEntries(
      [...propertyDependencies].map(([key, urns]) => [key, linked(urns)]),
    );
  });
  return stackOf(resources);
}

/** Resources that are linked already, as a stack. */
export function stackOf(resources: readonly JudgedResource[]): JudgedStack {
  return {
    resources,
    ofType: (...types) => resources.filter(({ type }) => types.includes(type)),
  };
}
