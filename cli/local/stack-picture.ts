import type { RegisteredResource } from "../../infra/offline/registrations";
import { type Finding, inNumbers } from "../preview/finding";
import type { Preview } from "../preview/preview";
import { childrenOf } from "../preview/types";

/** A box of the picture: a component, or a part of one. */
export interface Box {
  /** The component's kind, such as `Endpoint`; decides the symbol. */
  readonly kind: string;
  readonly title: string;
  readonly name: string;
  /** What it is for, in a few words. */
  readonly purpose: string;
  /** What its configuration says: instance types, sizes, counts. */
  readonly facts: readonly string[];
  readonly resources: readonly DrawnResource[];
  readonly findings: readonly Finding[];
}

/** A resource in a box. */
export interface DrawnResource {
  readonly urn: string;
  /** Service and kind, such as `s3 BucketPolicy`. */
  readonly type: string;
  readonly name: string;
}

/** The stack as a picture: the ways of a photo, one a classifier, and what stands beside them. */
export interface StackPicture {
  readonly stack: string;
  readonly verdict: "pass" | "fail";
  readonly summary: string;
  readonly paths: readonly { readonly name: string; readonly boxes: readonly Box[] }[];
  readonly beside: readonly Box[];
}

type Tree = ReturnType<typeof childrenOf>;

const COMPONENT = "kennel:index:";
const STACK = "pulumi:pulumi:Stack";
const PROVIDER = "pulumi:providers:";

/** Component kind -> its title and purpose; another one keeps its own name. */
const KINDS: Readonly<Record<string, readonly [title: string, purpose: string]>> = {
  ClassifyFunction: ["Function", "takes a photo or its address"],
  Endpoint: ["Endpoint", "runs the model"],
  ExistingEndpoint: ["Endpoint", "runs the model; made elsewhere"],
  Classifier: ["Model", "what the endpoint loads"],
  DataBucket: ["Bucket", "keeps photos and models"],
  Images: ["Images", "containers to serve and to train"],
  Trainer: ["Trainer", "a machine to train on"],
  TrainingJobs: ["Training jobs", "train and tune in SageMaker"],
  Notebook: ["Notebook", "looks at data"],
  Dashboard: ["Dashboard", "shows every endpoint"],
  AlarmTopic: ["Alarms", "tell people"],
  Budget: ["Budget", "warns before it is spent"],
};

/** Components that are a fact of another one rather than a box: the endpoint's scaling, for example. */
const PART_OF: Readonly<Record<string, string>> = {
  EndpointScaling: "Endpoint",
  EndpointAlarms: "Endpoint",
  FunctionConcurrency: "ClassifyFunction",
  FunctionApi: "ClassifyFunction",
  DeadLetters: "ClassifyFunction",
};

/** What a photo passes, in order. */
const PATH = ["ClassifyFunction", "Endpoint", "ExistingEndpoint"];

/** Groups a judged stack's resources by component. */
export function pictureOf(preview: Preview): StackPicture {
  const children = childrenOf(preview.resources);
  const stack = preview.resources.find(({ type }) => type === STACK);
  const tops = children.get(stack?.urn ?? "") ?? [];
  const classifiers = tops.filter(({ type }) => kindOf(type) === "Classifier");
  const loose = tops
    .filter((top) => !isComponent(top) && !top.type.startsWith(PROVIDER))
    .flatMap((top) => subtree(top, children));
  const ways = classifiers.map((classifier) =>
    classifierBoxes(classifier, children, preview.findings),
  );
  const others = tops
    .filter((top) => isComponent(top) && !classifiers.includes(top))
    .map((top) => boxOf(kindOf(top.type), top.name, subtree(top, children), preview.findings));
  const drawn = [...ways.flatMap(({ passed, rest }) => [...passed, ...rest]), ...others];
  const whole = preview.findings.filter(
    (each) => !drawn.some((box) => box.findings.includes(each)),
  );
  return {
    stack: `${preview.project}/${preview.stack}`,
    verdict: preview.verdict,
    summary: `${preview.rules.length} rules checked ${preview.resources.length} resources: ${inNumbers(preview.findings)}`,
    paths: classifiers.map(({ name }, index) => ({ name, boxes: ways[index]!.passed })),
    beside: [
      ...ways.flatMap(({ rest }) => rest),
      ...others,
      ...(loose.length + whole.length > 0
        ? [{ ...boxOf("Stack", preview.stack, loose, []), findings: whole }]
        : []),
    ],
  };
}

/** A classifier's boxes: what a photo passes, and what else is there, such as the model's archive. */
function classifierBoxes(
  classifier: RegisteredResource,
  children: Tree,
  findings: readonly Finding[],
): { readonly passed: Box[]; readonly rest: Box[] } {
  const all = subtree(classifier, children);
  const owner = ownersBelow(classifier, children);
  const boxes = (kinds: readonly string[]): Box[] =>
    kinds.flatMap((kind) => {
      const own = all.filter(({ urn }) => owner.get(urn) === kind);
      return own.every(isComponent) ? [] : [boxOf(kind, classifier.name, own, findings)];
    });
  return { passed: boxes(PATH), rest: boxes(["Classifier"]) };
}

/** For each resource below a classifier, the kind of box that it is drawn in. */
function ownersBelow(classifier: RegisteredResource, children: Tree): Map<string, string> {
  const owners = new Map<string, string>();
  const visit = (resource: RegisteredResource, inherited: string): void => {
    const kind = isComponent(resource) ? kindOf(resource.type) : undefined;
    const own = kind === undefined ? inherited : (PART_OF[kind] ?? kind);
    owners.set(resource.urn, PATH.includes(own) ? own : inherited);
    for (const child of children.get(resource.urn) ?? []) {
      visit(child, owners.get(resource.urn)!);
    }
  };
  visit(classifier, "Classifier");
  return owners;
}

function subtree(root: RegisteredResource, children: Tree): RegisteredResource[] {
  const below = children.get(root.urn) ?? [];
  return [root, ...below.flatMap((child) => subtree(child, children))];
}

function boxOf(
  kind: string,
  name: string,
  own: readonly RegisteredResource[],
  findings: readonly Finding[],
): Box {
  const [title, purpose] = KINDS[kind] ?? [kind, ""];
  const urns = new Set(own.map(({ urn }) => urn));
  return {
    kind,
    title,
    name,
    purpose,
    facts: own.flatMap(factsOf),
    resources: own
      .filter((resource) => !isComponent(resource))
      .map(({ urn, type, name }) => ({ urn, type: shortType(type), name })),
    findings: findings.filter(({ resource }) => urns.has(resource)),
  };
}

type Inputs = Readonly<Record<string, unknown>>;

/** Type -> what its inputs say that a reader of the picture wants to know. */
const FACTS: Readonly<Record<string, (inputs: Inputs) => readonly unknown[]>> = {
  "aws:lambda/function:Function": ({ memorySize }) => [memorySize && `${String(memorySize)} MB`],
  "aws:sagemaker/endpointConfiguration:EndpointConfiguration": ({ productionVariants }) =>
    ((productionVariants ?? []) as Inputs[]).map(({ instanceType }) => instanceType),
  "aws:appautoscaling/target:Target": ({ minCapacity, maxCapacity, serviceNamespace }) =>
    serviceNamespace === "sagemaker"
      ? [`${String(minCapacity)} to ${String(maxCapacity)} instances`]
      : [],
  "aws:ec2/instance:Instance": ({ instanceType }) => [instanceType],
  "aws:sagemaker/notebookInstance:NotebookInstance": ({ instanceType }) => [instanceType],
};

/** An unknown or secret input is an object here, and says nothing. */
function factsOf({ type, inputs }: RegisteredResource): string[] {
  const facts = FACTS[type]?.(inputs) ?? [];
  return facts.filter((fact): fact is string => typeof fact === "string");
}

function isComponent({ type }: RegisteredResource): boolean {
  return type.startsWith(COMPONENT);
}

function kindOf(type: string): string {
  return type.slice(COMPONENT.length);
}

/** `aws:s3/bucketPolicy:BucketPolicy` reads as `s3 BucketPolicy`. */
function shortType(type: string): string {
  const [provider, module = "", name = ""] = type.split(":");
  return `${module.split("/")[0] || provider} ${name}`;
}
