import { fileContent, unknownValue } from "./values";
import type { Violation } from "./validate";
import { inputShape, serviceModel, shapeOf, type ServiceModel, type Shape } from "./service-model";
import type { Destination, Properties, RequestMapping } from "./request-mapping";

/** A request as the API names it. */
export interface BuiltRequest {
  readonly members: Readonly<Record<string, unknown>>;
  /** The property that each member comes from, both by their paths. */
  readonly sources: ReadonlyMap<string, string>;
  /** Properties that are not a member's; `path` is the property's. */
  readonly problems: readonly Violation[];
}

/** Extends a path by a member. */
function joinPath(path: string, member: string): string {
  return path === "" ? member : `${path}.${member}`;
}

interface Building {
  readonly mapping: RequestMapping;
  readonly model: ServiceModel;
  readonly sources: Map<string, string>;
  readonly problems: Violation[];
}

/** Where something is: among the properties without and with indices, and among the members. */
interface Place {
  readonly key: string;
  readonly property: string;
  readonly member: string;
}

/**
 * Names a resource's properties as the API does.
 *
 * @param properties those that the request takes
 */
export function buildRequest(mapping: RequestMapping, properties: Properties): BuiltRequest {
  const { service, operation } = mapping;
  const model = serviceModel(service);
  const building: Building = { mapping, model, sources: new Map(), problems: [] };
  const root: Place = { key: "", property: "", member: "" };
  const members = buildStructure(building, inputShape(service, operation), properties, root);
  return { members, sources: building.sources, problems: building.problems };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isFile(value: unknown): boolean {
  return isObject(value) && ("__pulumiAsset" in value || "__pulumiArchive" in value);
}

function build(building: Building, shapeName: string, value: unknown, place: Place): unknown {
  if (value === unknownValue || value === undefined) {
    return value;
  }
  if (isFile(value)) {
    return fileContent;
  }
  const shape = shapeOf(building.model, shapeName);
  switch (shape.type) {
    case "list":
      return buildList(building, shape, value, place);
    case "map":
      return buildMap(building, shape, value, place);
    case "structure":
      // The provider's schema knows lists only, so one structure may be a list of one.
      return Array.isArray(value) && value.length === 1
        ? build(building, shapeName, value[0], place)
        : isObject(value) && shape.document !== true
          ? buildStructure(building, shapeName, value, place)
          : value;
    default:
      return value;
  }
}

function buildList(building: Building, shape: Shape, value: unknown, place: Place): unknown {
  const element = shape.member!.shape;
  const pair = pairMembers(shapeOf(building.model, element));
  if (isObject(value) && pair !== undefined) {
    return Object.entries(value).map(([name, item]) => ({ [pair[0]]: name, [pair[1]]: item }));
  }
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  return items.map((item, index) => {
    const property = Array.isArray(value) ? `${place.property}[${index}]` : place.property;
    const member = `${place.member}[${index}]`;
    building.sources.set(member, property);
    return build(building, element, item, { key: place.key, property, member });
  });
}

/** The members of a structure that stands for an entry of a map, such as a tag or a dimension. */
function pairMembers({ members = {} }: Shape): readonly [string, string] | undefined {
  const [name, value, ...others] = Object.keys(members);
  const isPair = /^(name|(tag)?key)$/i.test(name ?? "") && /^(tag)?value$/i.test(value ?? "");
  return isPair && others.length === 0 ? [name!, value!] : undefined;
}

function buildMap(building: Building, shape: Shape, value: unknown, place: Place): unknown {
  if (!isObject(value)) {
    return value;
  }
  const entries = Object.entries(value).map(([name, item]) => {
    const member = joinPath(place.member, name);
    const property = joinPath(place.property, name);
    building.sources.set(member, property);
    return [name, build(building, shape.value!.shape, item, { ...place, property, member })];
  });
  return Object.fromEntries(entries) as unknown;
}

function buildStructure(
  building: Building,
  shapeName: string,
  properties: Properties,
  place: Place,
): Record<string, unknown> {
  const built: Record<string, unknown> = {};
  for (const [property, value] of Object.entries(properties)) {
    if (value !== undefined) {
      const key = joinPath(place.key, property);
      const label = joinPath(place.property, property);
      const destination = findDestination(building, shapeName, property, key);
      if (destination === undefined) {
        const members = Object.keys(shapeOf(building.model, shapeName).members ?? {});
        const message = `is not a member of ${shapeName}: ${members.join(", ")}`;
        building.problems.push({ path: label, message });
      } else {
        const next: Place = { key, property: label, member: place.member };
        put(building, shapeName, built, destination, value, next);
      }
    }
  }
  return built;
}

function findDestination(
  { mapping, model }: Building,
  shapeName: string,
  property: string,
  key: string,
): Destination | undefined {
  const named = mapping.names?.[key];
  if (named !== undefined) {
    return typeof named === "string" ? { to: named } : named;
  }
  const members = Object.keys(shapeOf(model, shapeName).members ?? {});
  const [exact] = members.filter((member) => simplify(member) === simplify(property));
  const similar = members.filter((member) => differInNumber(simplify(member), simplify(property)));
  const found = exact ?? (similar.length === 1 ? similar[0] : undefined);
  return found === undefined ? undefined : { to: found };
}

function simplify(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, "").toLowerCase();
}

/** Whether one is the plural of the other. */
function differInNumber(left: string, right: string): boolean {
  const plurals = (name: string): string[] => [`${name}s`, `${name}es`, name.replace(/y$/, "ies")];
  return left !== right && (plurals(left).includes(right) || plurals(right).includes(left));
}

/** Puts a value at its destination, through structures, maps and lists of one on the way. */
function put(
  building: Building,
  shapeName: string,
  into: Record<string, unknown>,
  { to, as }: Destination,
  value: unknown,
  place: Place,
): void {
  const steps = to.split(".");
  let structure = into;
  let current = shapeName;
  let member = place.member;
  for (const [index, step] of steps.entries()) {
    const name = step.replace("[]", "");
    const { members, value: entry } = shapeOf(building.model, current);
    const reference = members === undefined ? entry : members[name];
    if (reference === undefined) {
      const message = `is mapped to ${to}, but ${current} has no member ${name}`;
      building.problems.push({ path: place.property, message });
      return;
    }
    current = reference.shape;
    member = joinPath(member, step.replace("[]", "[0]"));
    if (index < steps.length - 1 && step.endsWith("[]")) {
      current = shapeOf(building.model, current).member!.shape;
      [structure] = (structure[name] ??= [{}]) as [Record<string, unknown>];
    } else if (index < steps.length - 1) {
      structure = (structure[name] ??= {}) as Record<string, unknown>;
    }
  }
  building.sources.set(member, place.property);
  const converted = as === undefined || value === unknownValue ? value : as(value as never);
  structure[steps.at(-1)!] = build(building, current, converted, { ...place, member });
}
