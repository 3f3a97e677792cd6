import path from "node:path";

import * as pulumi from "@pulumi/pulumi";
import type { Mocks } from "@pulumi/pulumi/runtime/mocks";
import { specialResourceSig, specialSigKey } from "@pulumi/pulumi/runtime/rpc";

import type { StackSettings } from "./stack-file";
import { typeChain } from "./types";

/** One resource as the program registered it: the wire form that the engine would send to an analyzer. */
export interface RegisteredResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  readonly parent: string;
  /** The inputs as a protobuf `Struct` in JavaScript form: unknowns and secrets still carry their signatures. */
  readonly inputs: Record<string, unknown>;
  /** The inputs over which the mock's answer is laid: what the state would hold after `up`. */
  readonly outputs: Record<string, unknown>;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: ReadonlyMap<string, readonly string[]>;
  readonly provider: string;
  readonly options: {
    readonly protect: boolean;
    readonly ignoreChanges: readonly string[];
    readonly deleteBeforeReplace: boolean;
    readonly additionalSecretOutputs: readonly string[];
    readonly retainOnDelete: boolean;
    readonly replaceOnChanges: readonly string[];
    /** Former names: URNs, or what of a URN was different. */
    readonly aliases: readonly (string | AliasSpec)[];
  };
}

/** What was different in a former URN of a resource; what is empty was as it is now. */
export interface AliasSpec {
  readonly name: string;
  readonly type: string;
  readonly stack: string;
  readonly project: string;
  readonly parenturn: string;
  readonly noparent: boolean;
}

/** The program's answer: every resource in the order of registration, and the stack's outputs. */
export interface EvaluatedProgram {
  readonly resources: readonly RegisteredResource[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

/**
 * Runs a Pulumi program in this process under mocks, with no engine, no provider and no cloud.
 *
 * @param program - the module to load; it is loaded anew at each call, so one process can evaluate several stacks.
 * @throws what the program throws: a `pulumi.RunError` for a configuration that it refuses.
 */
export async function evaluateProgram(
  program: string,
  settings: StackSettings,
  mocks: Mocks,
): Promise<EvaluatedProgram> {
  await pulumi.runtime.setMocks(mocks, settings.project, settings.stack, false);
  pulumi.runtime.setAllConfig({ ...settings.config }, [...settings.secretKeys]);
  const resources: RegisteredResource[] = [];
  recordRegistrations(resources);
  const module = require.resolve(path.resolve(program));
  forget(module);
  let failure: unknown;
  const outputs = await pulumi.runtime.runInPulumiStack(async () => {
    try {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- a Pulumi program is loaded by its path
      const loaded: unknown = require(module);
      return (typeof loaded === "function" ? await loaded() : loaded) as Record<string, unknown>;
    } catch (error) {
      // Thrown here it would surface as an unhandled rejection of the stack resource's own promises as well.
      failure = error;
      return {};
    }
  });
  await pulumi.runtime.disconnect();
  // The next program may be made of the same modules.
  forget(module);
  if (failure !== undefined) {
    throw failure as Error;
  }
  return { resources, outputs: (await plainValue(outputs)) as Record<string, unknown> };
}

/** A program registers its resources when it is loaded: it, and what it is made of, must load again. */
function forget(module: string): void {
  const loaded = require.cache[module];
  if (loaded === undefined || module.includes(`${path.sep}node_modules${path.sep}`)) {
    return;
  }
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- Node's module cache is such an object
  delete require.cache[module];
  loaded.children.forEach((child) => {
    forget(child.filename);
  });
}

/** The mock monitor keeps neither inputs nor options; the requests that reach it hold both. */
function recordRegistrations(resources: RegisteredResource[]): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as MonitorInternals;
  const register = monitor.registerResource.bind(monitor);
  monitor.newUrn = resourceUrn;
  monitor.registerResource = (request, callback) =>
    register(request, (error, response) => {
      if (error === null && response !== undefined) {
        resources.push(describe(request, response));
      }
      callback(error, response);
    });
  const registerOutputs = monitor.registerResourceOutputs.bind(monitor);
  monitor.registerResourceOutputs = (request, callback) => {
    const index = resources.findIndex((resource) => resource.urn === request.getUrn());
    const resource = resources[index];
    if (resource !== undefined) {
      // What the state of a component, and of the stack itself, holds is what it registers when it is done.
      const outputs = {
        ...resource.outputs,
        ...withoutReferences(request.getOutputs()?.toJavaScript() ?? {}),
      };
      resources[index] = { ...resource, outputs };
    }
    registerOutputs(request, callback);
  };
}

/** The URN that the engine would give; the mock monitor's has the stack among the parents. */
export function resourceUrn(parent: string, type: string, name: string): string {
  const chain = typeChain(parent, type);
  return ["urn:pulumi:" + pulumi.getStack(), pulumi.getProject(), chain, name].join("::");
}

function describe(request: RegisterRequest, response: RegisterResponse): RegisteredResource {
  const inputs = withoutReferences(request.getObject()?.toJavaScript() ?? {});
  const propertyDependencies = new Map<string, readonly string[]>();
  request
    .getPropertydependenciesMap()
    .forEach((value, key) => propertyDependencies.set(key, value.getUrnsList()));
  return {
    urn: response.getUrn(),
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    parent: request.getParent(),
    inputs,
    outputs: {
      ...inputs,
      ...withoutReferences(response.getObject()?.toJavaScript() ?? {}),
      id: response.getId(),
    },
    dependencies: request.getDependenciesList(),
    propertyDependencies,
    provider: request.getProvider(),
    options: {
      protect: request.getProtect(),
      ignoreChanges: request.getIgnorechangesList(),
      deleteBeforeReplace: request.getDeletebeforereplace(),
      additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
      retainOnDelete: request.getRetainondelete(),
      replaceOnChanges: request.getReplaceonchangesList(),
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
export function withoutReferences<Value>(value: Value): Value {
  return resolveReferences(value) as Value;
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

export async function plainValue(value: unknown): Promise<unknown> {
  const settled = (await value) as unknown;
  if (pulumi.Output.isInstance(settled)) {
    return plainValue(await outputPromise(settled as pulumi.Output<unknown>));
  }
  if (Array.isArray(settled)) {
    return Promise.all(settled.map(plainValue));
  }
  if (typeof settled === "object" && settled !== null) {
    const entries = await Promise.all(
      Object.entries(settled).map(async ([key, each]) => [key, await plainValue(each)] as const),
    );
    return Object.fromEntries(entries);
  }
  return settled;
}

function outputPromise(value: pulumi.Output<unknown>): Promise<unknown> {
  return (value as unknown as { promise(): Promise<unknown> }).promise();
}

interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getCustom(): boolean;
  getProvider(): string;
  getProtect(): boolean;
  getDeletebeforereplace(): boolean;
  getIgnorechangesList(): string[];
  getAdditionalsecretoutputsList(): string[];
  getRetainondelete(): boolean;
  getReplaceonchangesList(): string[];
  getAliasurnsList(): string[];
  getAliasesList(): { toObject(): { spec?: AliasSpec; urn: string } }[];
  getDependenciesList(): string[];
  getPropertydependenciesMap(): Map<string, { getUrnsList(): string[] }>;
  getObject(): { toJavaScript(): Record<string, unknown> } | undefined;
}

interface RegisterResponse {
  getUrn(): string;
  getId(): string;
  getObject(): { toJavaScript(): Record<string, unknown> } | undefined;
}

interface RegisterOutputsRequest {
  getUrn(): string;
  getOutputs(): { toJavaScript(): Record<string, unknown> } | undefined;
}

type RegisterCallback = (error: Error | null, response: RegisterResponse | undefined) => void;

interface MonitorInternals {
  newUrn(parent: string, type: string, name: string): string;
  registerResource(request: RegisterRequest, callback: RegisterCallback): Promise<void>;
  registerResourceOutputs(
    request: RegisterOutputsRequest,
    callback: (error: Error | null, response: unknown) => void,
  ): void;
}
