import { judgeStack, whereKnown } from "../outcomes";
import { judgedResource, type EngineResource, type JudgedResource } from "../resource";
import { configurationOf, type Outcome, type Rule } from "../rule";
import { stackOf } from "../stack";

/** A resource as a test writes it: the rest has defaults. */
export type TestResource = Pick<EngineResource, "type"> &
  Partial<Omit<EngineResource, "type">> & {
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
    ...judgedResource({ type, name, urn, props, provider }),
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
  const { types = [], check } = rule;
  return [
    ...resources
      .filter(({ type }) => check !== undefined && types.includes(type))
      .flatMap((resource) => [...whereKnown(() => check!(resource, context))]),
    ...judgeStack(rule, stackOf(resources), context),
  ];
}

/** The properties that a rule's findings put right in a resource; undefined where it repairs nothing. */
export function repairOf(
  rule: Rule,
  resource: JudgedResource,
  configured?: object,
): Record<string, unknown> | undefined {
  const repairs = outcomesOf(rule, [resource], configured).flatMap((outcome) =>
    "repair" in outcome ? outcome.repair : [],
  );
  return repairs.length === 0 ? undefined : Object.assign({}, ...repairs);
}
