import * as pulumi from "@pulumi/pulumi";
import type { Alias } from "@pulumi/pulumi/proto/alias_pb";
import type {
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
  RegisterResourceResponse,
} from "@pulumi/pulumi/proto/resource_pb";
import type { Mocks } from "@pulumi/pulumi/runtime/mocks";
import { specialResourceSig, specialSigKey } from "@pulumi/pulumi/runtime/rpc";
import { resourceUrn } from "./urn";

/** What was different in a former URN of a resource; what is empty was as it is now. */
export type AliasSpec = Alias.Spec.AsObject;

/** A resource as a program asks for it: the wire form that the engine would send to an analyzer. */
export interface Registration {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  /** URN of the parent; empty for the stack itself. */
  readonly parent: string;
  /** The inputs as a protobuf `Struct` in JavaScript form: unknowns and secrets still carry their signatures. */
  readonly inputs: Record<string, unknown>;
  /** URNs. */
  readonly dependencies: readonly string[];
  readonly propertyDependencies: ReadonlyMap<string, readonly string[]>;
  /** `urn::id` of the provider, or empty for the default one. */
  readonly provider: string;
  readonly options: {
    readonly protect: boolean;
    readonly ignoreChanges: readonly string[];
    readonly deleteBeforeReplace: boolean;
    readonly additionalSecretOutputs: readonly string[];
    readonly retainOnDelete: boolean;
    readonly replaceOnChanges: readonly string[];
    /** URN, or empty. */
    readonly deletedWith: string;
    /** Former names: URNs, or what of a URN was different. */
    readonly aliases: readonly (string | AliasSpec)[];
  };
}

/** A resource that was registered. */
export interface RegisteredResource extends Registration {
  /** The inputs over which the mock's answer is laid: what the state would hold after `up`. */
  readonly outputs: Record<string, unknown>;
}

/** Which stack a program runs for. */
export interface ProgramSettings {
  readonly project: string;
  readonly stack: string;
  /** Values by full key, such as `kennel:environment`; structured values as JSON. */
  readonly config: Readonly<Record<string, string>>;
  /** Full keys whose values are secrets. */
  readonly secretKeys?: readonly string[];
  /** @default false */
  readonly isPreview?: boolean;
}

/** What answers a program in place of an engine and its providers. */
export interface Answers extends Pick<Mocks, "call"> {
  /** @param registration what is known of the resource before it is made; undefined for one that is only read */
  newResource(
    args: pulumi.runtime.MockResourceArgs,
    registration: Registration | undefined,
  ): ReturnType<Mocks["newResource"]>;
}

/** What a program registered, in that order, and what it returned with every output resolved; unknown ones are absent. */
export interface Run<T> {
  readonly resources: readonly RegisteredResource[];
  readonly result: pulumi.Unwrap<T>;
}

/**
 * Runs a Pulumi program, or a part of one, in this process without engine, provider and cloud, and records what it registers.
 *
 * It waits until nothing is left to register, so that no value comes too late. One run at a time: Pulumi's monitor belongs to
 * the process.
 *
 * @throws what the program throws
 */
export async function recordRun<T>(
  { project, stack, config, secretKeys = [], isPreview = false }: ProgramSettings,
  answers: Answers,
  program: () => T,
): Promise<Run<T>> {
  const pending = new Map<string, Registration>();
  const resources: RegisteredResource[] = [];
  const mocks: Mocks = {
    call: (args) => answers.call(args),
    newResource: (args) => answers.newResource(args, pending.get(`${args.type} ${args.name}`)),
  };
  await pulumi.runtime.setMocks(mocks, project, stack, isPreview);
  pulumi.runtime.setAllConfig({ ...config }, [...secretKeys]);
  recordRegistrations(pending, resources);
  try {
    // Awaited first: an output of a rejected promise makes more promises, whose rejections nobody handles.
    const output = pulumi.output(await program());
    // An output of an unknown value never calls back, so it is asked for its value, known or not.
    const { promise } = output as unknown as { promise(): Promise<pulumi.Unwrap<T>> };
    return { resources, result: await promise.call(output) };
  } finally {
    await pulumi.runtime.disconnect();
  }
}

/** The mock monitor keeps neither inputs nor options; the requests that reach it hold both. */
function recordRegistrations(
  pending: Map<string, Registration>,
  resources: RegisteredResource[],
): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as MonitorInternals;
  const register = monitor.registerResource.bind(monitor);
  monitor.newUrn = resourceUrn;
  monitor.registerResource = (request, callback) => {
    const registration = describe(request);
    pending.set(`${registration.type} ${registration.name}`, registration);
    return register(request, (error, response) => {
      if (error === null && response !== undefined) {
        const outputs = { ...registration.inputs, ...plain(response.getObject()) };
        resources.push({ ...registration, outputs: { ...outputs, id: response.getId() } });
      }
      callback(error, response);
    });
  };
  const registerOutputs = monitor.registerResourceOutputs.bind(monitor);
  monitor.registerResourceOutputs = (request, callback) => {
    const index = resources.findIndex((resource) => resource.urn === request.getUrn());
    const resource = resources[index];
    if (resource !== undefined) {
      // What the state of a component, and of the stack itself, holds is what it registers when it is done.
      const outputs = { ...resource.outputs, ...plain(request.getOutputs()) };
      resources[index] = { ...resource, outputs };
    }
    registerOutputs(request, callback);
  };
}

function describe(request: RegisterResourceRequest): Registration {
  const [type, name, parent] = [request.getType(), request.getName(), request.getParent()];
  const propertyDependencies = new Map<string, readonly string[]>();
  request
    .getPropertydependenciesMap()
    .forEach((value, key) => propertyDependencies.set(key, value.getUrnsList()));
  return {
    ...{ urn: resourceUrn(parent, type, name), type, name, parent },
    custom: request.getCustom(),
    inputs: plain(request.getObject()),
    dependencies: request.getDependenciesList(),
    propertyDependencies,
    provider: request.getProvider(),
    options: {
      protect: request.getProtect() ?? false,
      ignoreChanges: request.getIgnorechangesList(),
      deleteBeforeReplace: request.getDeletebeforereplace(),
      additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
      retainOnDelete: request.getRetainondelete() ?? false,
      replaceOnChanges: request.getReplaceonchangesList(),
      deletedWith: request.getDeletedwith(),
      aliases: [
        ...request.getAliasurnsList(),
        ...request.getAliasesList().map((alias) => alias.toObject().spec ?? alias.toObject().urn),
      ],
    },
  };
}

/**
 * A resource that was passed is its id, and a component its URN, as the engine tells an analyzer.
 * Source: pulumi/pulumi, sdk/go/common/resource/plugin/rpc.go, marshalling without KeepResources.
 */
function plain(struct: ReturnType<RegisterResourceRequest["getObject"]>): Record<string, unknown> {
  return resolveReferences(struct?.toJavaScript() ?? {}) as Record<string, unknown>;
}

function resolveReferences(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(resolveReferences);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const properties = value as Record<string, unknown>;
  if (properties[specialSigKey] === specialResourceSig) {
    return properties["id"] ?? properties["urn"];
  }
  return Object.fromEntries(
    Object.entries(properties).map(([key, each]) => [key, resolveReferences(each)]),
  );
}

type Callback<Response> = (error: Error | null, response: Response | undefined) => void;

/** What the mock monitor does not publish. */
interface MonitorInternals {
  newUrn: typeof resourceUrn;
  registerResource(
    request: RegisterResourceRequest,
    callback: Callback<RegisterResourceResponse>,
  ): Promise<void>;
  registerResourceOutputs(
    request: RegisterResourceOutputsRequest,
    callback: Callback<unknown>,
  ): void;
}
