import type { PolicyKind } from "../../../policies/iam/kinds";
import { type Fields, isFields, type NamedDocument, objectsIn } from "./named-document";

/** Attributes of Terraform's resources that hold a policy document, as JSON text. */
const ATTRIBUTES: readonly (readonly [RegExp, string, PolicyKind])[] = [
  [/^aws_iam_role$/, "assume_role_policy", "trust"],
  [/^aws_iam_(policy|role_policy|user_policy|group_policy)$/, "policy", "identity"],
  [/^aws_s3_bucket(_policy)?$/, "policy", "bucket"],
  [/^aws_ecr_repository_policy$/, "policy", "repository"],
  [/^aws_sqs_queue(_policy)?$/, "policy", "queue"],
  [/^aws_sns_topic(_policy)?$/, "policy", "topic"],
  [/^aws_kms_key(_policy)?$/, "policy", "key"],
  [/^aws_secretsmanager_secret(_policy)?$/, "policy", "secret"],
];

/**
 * The documents of a plan (`terraform show -json`): what the resources will have. Undefined where the value is not a plan.
 * A document that Terraform only knows after it has applied the plan is given as text that says so: it can't be analysed.
 */
export function documentsOfPlan(value: Fields, id: string): NamedDocument[] | undefined {
  if (typeof value["terraform_version"] !== "string" && !isFields(value["planned_values"])) {
    return undefined;
  }
  const changes = objectsIn(value["resource_changes"]);
  if (changes.length > 0) {
    return changes.flatMap((resource) => {
      const change = isFields(resource["change"]) ? resource["change"] : {};
      const unknown = isFields(change["after_unknown"]) ? change["after_unknown"] : {};
      return isFields(change["after"]) ? ofResource(resource, change["after"], unknown, id) : [];
    });
  }
  const planned = isFields(value["planned_values"]) ? value["planned_values"] : value["values"];
  const root = isFields(planned) ? planned["root_module"] : undefined;
  return isFields(root) ? ofModule(root, id) : [];
}

function ofModule(module: Fields, id: string): NamedDocument[] {
  return [
    ...objectsIn(module["resources"]).flatMap((resource) =>
      isFields(resource["values"]) ? ofResource(resource, resource["values"], {}, id) : [],
    ),
    ...objectsIn(module["child_modules"]).flatMap((child) => ofModule(child, id)),
  ];
}

function ofResource(
  resource: Fields,
  values: Fields,
  unknown: Fields,
  id: string,
): NamedDocument[] {
  const address = String(resource["address"]);
  const documents = ATTRIBUTES.filter(([type]) => type.test(String(resource["type"]))).flatMap(
    ([, attribute, kind]): NamedDocument[] => {
      const name = `${id}: ${address}.${attribute}`;
      if (typeof values[attribute] === "string") {
        return [{ id: name, document: values[attribute], kind }];
      }
      return unknown[attribute] === true
        ? [{ id: name, document: "not known before terraform apply", kind }]
        : [];
    },
  );
  const inline = objectsIn(values["inline_policy"]).flatMap(({ policy }, index): NamedDocument[] =>
    typeof policy === "string"
      ? [{ id: `${id}: ${address}.inline_policy[${index}]`, document: policy, kind: "identity" }]
      : [],
  );
  return [...documents, ...inline];
}
