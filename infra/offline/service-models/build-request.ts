import { inputShape, serviceModel, shapeOf, type ServiceModel, type Shape } from "./service-model";
import type { Destination, Properties, RequestMapping } from "./request-mapping";
import { fileContent, unknownValue } from "./values";

/** A request as the API names it. */
export interface BuiltRequest {
  readonly members: Readonly<Record<string, unknown>>;
  /** A sentence for each property that is not a member's, which begins with the property's path. */
  readonly problems: readonly string[];
}

interface Building {
  readonly mapping: RequestMapping;
  readonly model: ServiceModel;
  readonly problems: string[];
}

/**
 * Names a resource's properties as the API does.
 *
 * @param properties those that the request takes
 */
export function buildRequest(mapping: RequestMapping, properties: Properties): BuiltRequest {
  const { service, operation } = mapping;
  const building: Building = { mapping, model: serviceModel(service), problems: [] };
  const members = buildStructure(building, inputShape(service, operation), properties, "");
  return { members, problems: building.problems };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isFile(value: unknown): boolean {
  return isObject(value) && ("__pulumiAsset" in value || "__pulumiArchive" in value);
}

/** @param path of the property, without indices */
function build(building: Building, shapeName: string, value: unknown, path: string): unknown {
  if (value === unknownValue || value === undefined) {
    return value;
  }
  if (isFile(value)) {
    return fileContent;
  }
  const shape = shapeOf(building.model, shapeName);
  switch (shape.type) {
    case "list":
      return buildList(building, shape, value, path);
    case "map":
      return isObject(value)
        ? mapValues(value, (item) => build(building, shape.value!.shape, item, path))
        : value;
    case "structure":
      // The provider's schema knows lists only, so one structure may be a list of one.
      return Array.isArray(value) && value.length === 1
        ? build(building, shapeName, value[0], path)
        : isObject(value) && shape.document !== true
          ? buildStructure(building, shapeName, value, path)
          : value;
    default:
      return value;
  }
}

function mapValues(object: Properties, change: (value: unknown) => unknown): Properties {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
}

function buildList(building: Building, shape: Shape, value: unknown, path: string): unknown {
  const element = shape.member!.shape;
  const pair = pairMembers(shapeOf(building.model, element));
  if (isObject(value) && pair !== undefined) {
    return Object.entries(value).map(([name, item]) => ({ [pair[0]]: name, [pair[1]]: item }));
  }
  return [value].flat().map((item) => build(building, element, item, path));
}

/** The members of a structure that stands for an entry of a map, such as a tag or a dimension. */
function pairMembers({ members = {} }: Shape): readonly [string, string] | undefined {
  const [name, value, ...others] = Object.keys(members);
  const isPair = /^(name|(tag)?key)$/i.test(name ?? "") && /^(tag)?value$/i.test(value ?? "");
  return isPair && others.length === 0 ? [name!, value!] : undefined;
}

function buildStructure(
  building: Building,
  shapeName: string,
  properties: Properties,
  path: string,
): Record<string, unknown> {
  const built: Record<string, unknown> = {};
  for (const [property, value] of Object.entries(properties)) {
    if (value === undefined) {
      continue;
    }
    const key = path === "" ? property : `${path}.${property}`;
    const destination = findDestination(building, shapeName, property, key);
    if (destination === undefined) {
      const members = Object.keys(shapeOf(building.model, shapeName).members ?? {});
      building.problems.push(`${key}: is not a member of ${shapeName}: ${members.join(", ")}`);
    } else {
      put(building, shapeName, built, destination, value, key);
    }
  }
  return built;
}

function findDestination(
  { mapping, model }: Building,
  shapeName: string,
  property: string,
  path: string,
): Destination | undefined {
  const named = mapping.names?.[path];
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
  path: string,
): void {
  const steps = to.split(".");
  let structure = into;
  let current = shapeName;
  for (const [index, step] of steps.entries()) {
    const name = step.replace("[]", "");
    const { members, value: entry } = shapeOf(building.model, current);
    const reference = members === undefined ? entry : members[name];
    if (reference === undefined) {
      building.problems.push(`${path}: is mapped to ${to}, but ${current} has no member ${name}`);
      return;
    }
    current = reference.shape;
    if (index < steps.length - 1 && step.endsWith("[]")) {
      current = shapeOf(building.model, current).member!.shape;
      [structure] = (structure[name] ??= [{}]) as [Record<string, unknown>];
    } else if (index < steps.length - 1) {
      structure = (structure[name] ??= {}) as Record<string, unknown>;
    }
  }
  const converted = as === undefined || value === unknownValue ? value : as(value as never);
  structure[steps.at(-1)!] = build(building, current, converted, path);
}
