import { isObject } from "../../../infra/schema/explain";
import { documentsOf, type Fields, type NamedDocument, objectsIn } from "./named-document";

/**
 * The documents of a plan (`terraform show -json`): what the resources will have. Undefined where the value is not a plan.
 * A document that Terraform only knows after it has applied the plan is given as text that says so: it can't be analysed.
 */
export function documentsOfPlan(value: Fields, id: string): NamedDocument[] | undefined {
  if (typeof value["terraform_version"] !== "string" && !isObject(value["planned_values"])) {
    return undefined;
  }
  const ofResource = (resource: Fields, values: Fields): NamedDocument[] =>
    documentsOf(`${id}: ${String(resource["address"])}`, String(resource["type"]), values);
  const ofModule = (module: Fields): NamedDocument[] => [
    ...objectsIn(module["resources"]).flatMap((resource) =>
      isObject(resource["values"]) ? ofResource(resource, resource["values"]) : [],
    ),
    ...objectsIn(module["child_modules"]).flatMap(ofModule),
  ];
  const changes = objectsIn(value["resource_changes"]);
  if (changes.length > 0) {
    return changes.flatMap((resource) => {
      const { after, after_unknown: unknown } = isObject(resource["change"])
        ? resource["change"]
        : {};
      return isObject(after) ? ofResource(resource, completed(after, unknown) as Fields) : [];
    });
  }
  const planned = isObject(value["planned_values"]) ? value["planned_values"] : value["values"];
  const root = isObject(planned) ? planned["root_module"] : undefined;
  return isObject(root) ? ofModule(root) : [];
}

/** What will be there, with a text in the place of each value that is marked as unknown. */
function completed(after: unknown, unknown: unknown): unknown {
  if (unknown === true) {
    return "not known before terraform apply";
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
