import { isObject } from "../../../infra/schema/explain";
import { POLICY_TYPES } from "../../../policies/documents";
import { UNKNOWN } from "../../../policies/iam/unknown";
import { judgedStack } from "../../../policies/stack";
import { holdsUnknown } from "../../review/values";
import { type Fields, fieldsOf, objectsIn } from "./named-document";
import type { PolicyStack } from "./policy-stack";

interface Planned {
  readonly address: string;
  readonly type: string;
  readonly values: Fields;
}

/**
 * The resources that there will be after a plan (`terraform show -json`), in the types of Pulumi's provider, which is made of
 * Terraform's; undefined where the value is not a plan. What Terraform only knows after it has applied the plan is `UNKNOWN`.
 */
export function stackOfPlan(value: Fields, id: string): PolicyStack | undefined {
  if (typeof value["terraform_version"] !== "string" && !isObject(value["planned_values"])) {
    return undefined;
  }
  const planned = plannedIn(value).filter(({ type }) => POLICY_TYPES.has(pulumiType(type)));
  const configuration = fieldsOf(value["configuration"]);
  const references = referencesIn(fieldsOf(configuration["root_module"]));
  const urnOf = ({ type, address }: Planned): string => `${type}::${address}`;
  /** The instances of what an expression refers to: the one with the same index, where there is one. */
  const urnsOf = ({ address }: Planned, property: string): string[] => {
    const names = references.get(`${withoutIndex(address)} ${property}`) ?? [];
    const found = planned.filter((each) => names.includes(withoutIndex(each.address)));
    const [index] = /\[[^\]]*\]$/.exec(address) ?? [""];
    const same = found.filter((each) => each.address.endsWith(index));
    return (index !== "" && same.length > 0 ? same : found).map(urnOf);
  };
  /** Whether the provider computes what the configuration leaves out. */
  const isComputed = ({ address }: Planned, property: string): boolean =>
    !references.has(`${withoutIndex(address)} ${property}`) &&
    (references.size > 0 || /^(inline_policy|managed_policy_arns)$/.test(property));
  const stackOf = (resources: readonly Planned[]) =>
    judgedStack(
      resources.map((resource) => {
        const entries = Object.entries(resource.values).filter(
          ([key, each]) => each !== UNKNOWN || !isComputed(resource, key),
        );
        return {
          ...{ type: pulumiType(resource.type), name: resource.address, urn: urnOf(resource) },
          ...{ parent: "", dependencies: [] },
          props: Object.fromEntries(entries.map(([key, each]) => [pulumiName(key), each])),
          // A plan does not tell one unknown value from another: that of another plan counts as another.
          unresolved: Object.fromEntries(
            entries
              .filter(([, each]) => holdsUnknown(each))
              .map(([key]) => [pulumiName(key), [`${resource.address}.${key} of ${id}`]]),
          ),
          propertyDependencies: new Map(
            entries
              .filter(([, each]) => holdsUnknown(each))
              .map(([key]) => [pulumiName(key), urnsOf(resource, key)]),
          ),
        };
      }),
    );
  return {
    id,
    conditionsOf: () => [],
    at: (_met, names) => stackOf(planned.filter(({ address }) => names?.has(address) ?? true)),
    nameOf: ({ name }, path) =>
      [name, ...(/^$| /.test(path) ? [] : [terraformName(path)])]
        .join(".")
        .replace(/\]\.policy$/, "]"),
  };
}

function plannedIn(value: Fields): Planned[] {
  const changes = objectsIn(value["resource_changes"]);
  if (changes.length > 0) {
    return changes.flatMap((resource) => {
      const { after, after_unknown: unknown } = fieldsOf(resource["change"]);
      return isObject(after) ? [plannedOf(resource, completed(after, unknown) as Fields)] : [];
    });
  }
  const values = fieldsOf(value["planned_values" in value ? "planned_values" : "values"]);
  const ofModule = (module: Fields): Planned[] => [
    ...objectsIn(module["resources"]).map((each) => plannedOf(each, fieldsOf(each["values"]))),
    ...objectsIn(module["child_modules"]).flatMap(ofModule),
  ];
  return ofModule(fieldsOf(values["root_module"]));
}

function plannedOf({ address, type }: Fields, values: Fields): Planned {
  return { address: String(address), type: String(type), values };
}

/** What will be there, with `UNKNOWN` for each value that is marked as such. */
function completed(after: unknown, unknown: unknown): unknown {
  if (unknown === true) {
    return UNKNOWN;
  }
  if (typeof unknown !== "object" || unknown === null) {
    return after;
  }
  const known = Object(after) as Fields;
  const values = Object.entries(unknown).map(([key, each]) => [key, completed(known[key], each)]);
  return Array.isArray(unknown)
    ? values.map(([, each]) => each)
    : { ...known, ...(Object.fromEntries(values) as Fields) };
}

/** By resource and property, the resources that a module's configuration refers to there. */
function referencesIn(module: Fields, prefix = ""): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const resource of objectsIn(module["resources"])) {
    for (const [property, expression] of Object.entries(fieldsOf(resource["expressions"]))) {
      const { references } = fieldsOf(expression);
      const names = Array.isArray(references) ? references.map(String) : [];
      found.set(
        `${prefix}${String(resource["address"])} ${property}`,
        names.map((name) => prefix + name.split(".").slice(0, 2).join(".").replace(/\[.*/, "")),
      );
    }
  }
  for (const [name, call] of Object.entries(fieldsOf(module["module_calls"]))) {
    const inner = referencesIn(fieldsOf(fieldsOf(call)["module"]), `${prefix}module.${name}.`);
    inner.forEach((names, key) => found.set(key, names));
  }
  return found;
}

function withoutIndex(address: string): string {
  return address.replace(/\[[^\]]*\]/g, "");
}

/** Such as `aws:iam/rolePolicy:RolePolicy` for `aws_iam_role_policy`. */
function pulumiType(type: string): string {
  const [, service, rest = ""] = /^aws_([^_]+)_(.+)$/.exec(type) ?? [];
  const name = camelCase(rest);
  return `aws:${service}/${name}:${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

function pulumiName(property: string): string {
  return property === "inline_policy" ? "inlinePolicies" : camelCase(property);
}

function terraformName(path: string): string {
  return path
    .replace(/^inlinePolicies/, "inlinePolicy")
    .replace(/[A-Z]/g, (each) => `_${each.toLowerCase()}`);
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
