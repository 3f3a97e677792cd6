import { whereKnown } from "./outcomes";
import {
  judgedResource,
  type EngineResource,
  type JudgedResource,
  type JudgedStack,
} from "./resource";
import { configurationOf, type Outcome, type Rule } from "./rule";

/** A resource as a test writes it: the rest has defaults. */
export type TestResource = Pick<EngineResource, "type"> &
  Partial<Omit<EngineResource, "type" | "provider">> & {
    readonly provider?: Readonly<Record<string, unknown>>;
    readonly dependencies?: readonly JudgedResource[];
    readonly propertyDependencies?: Readonly<Record<string, readonly JudgedResource[]>>;
    readonly parent?: JudgedResource;
    readonly secrets?: ReadonlySet<string>;
  };

/** Makes what a rule sees of plain data; an unknown value is written as Pulumi's sentinel or as `UNKNOWN`. */
export function testResource(resource: TestResource): JudgedResource {
  const { type, name = "it", props = {}, provider, ...place } = resource;
  const urn = resource.urn ?? `urn:pulumi:dev::kennel::${type}::${name}`;
  return {
    ...judgedResource({ type, name, urn, props, provider: { props: provider ?? {} } }),
    ...place,
    urn,
  };
}

/** Everything that a rule says about these resources: each on its own, then all together. */
export function outcomesOf(
  rule: Rule,
  resources: readonly JudgedResource[],
  configured: object = {},
): Outcome[] {
  const context = { config: configurationOf(rule, configured) };
  const stack: JudgedStack = {
    resources,
    ofType: (...types) => resources.filter(({ type }) => types.includes(type)),
  };
  return [
    ...resources
      .filter(({ type }) => rule.resource?.types.includes(type))
      .flatMap((resource) => [
        ...whereKnown(() => rule.resource!.check(resource, context), resource),
      ]),
    ...(rule.stack === undefined ? [] : whereKnown(() => rule.stack!(stack, context))),
  ];
}
