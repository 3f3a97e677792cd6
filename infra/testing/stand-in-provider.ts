/**
 * A stand-in for the AWS and AWSX providers: Pulumi's real engine talks to it as to any provider, and nothing is created.
 *
 * It keeps what it was asked to create in memory, so that a test can count what an update replaced and what a destroy left.
 * The engine finds it by PULUMI_DEBUG_PROVIDERS; source of the protocol: proto/pulumi/provider.proto of pulumi/pulumi.
 */
import * as grpc from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as provider from "@pulumi/pulumi/proto/provider_pb";
import { ResourceMonitorClient } from "@pulumi/pulumi/proto/resource_grpc_pb";
import {
  RegisterResourceRequest,
  RegisterResourceResponse,
} from "@pulumi/pulumi/proto/resource_pb";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

import { resolveIdentity } from "../offline/aws-identities";
import { createAwsMocks, readExisting } from "../offline/aws-mocks";
import { deletedBeforeReplacedBy, replacedBy } from "../offline/replacement";
import { fromStruct, toStruct, unary } from "./stand-in-grpc";
import { startStandInHttp } from "./stand-in-http";
import { sageMakerLifecycles, type Lifecycle } from "./stand-in-lifecycles";
import { StandInSageMaker } from "./stand-in-sagemaker";
import { sageMakerOperations } from "./stand-in-sagemaker-api";
import { buildType, StandInRegistry } from "./stand-in-registry";

type Properties = Record<string, unknown>;

/** One call that changed what exists, in the order in which the engine made it. */
export interface ProviderCall {
  readonly operation: "create" | "update" | "delete";
  readonly type: string;
  readonly name: string;
  readonly id: string;
}

/** A running stand-in. */
export interface StandInProvider {
  /** The value for PULUMI_DEBUG_PROVIDERS. */
  readonly debugProviders: string;
  /** Everything created and not deleted: URN and id -> its state. */
  readonly existing: ReadonlyMap<string, Properties>;
  readonly calls: ProviderCall[];
  /** The images that were pushed. */
  readonly registry: StandInRegistry;
  /** What runs in the account. */
  readonly sageMaker: StandInSageMaker;
  /** The value for AWS_ENDPOINT_URL, where the account can be asked what runs. */
  readonly awsUrl: string;
  /** IAM actions that are refused at {@link awsUrl}. */
  readonly denied: Set<string>;
  stop(): void;
}

const account = { accountId: "123456789012", region: "us-east-1", partition: "aws" };

/**
 * Starts the stand-in on a free loopback port.
 *
 * @param workingDirectory where the engine runs: paths of sources are relative to it
 */
export async function startStandInProvider(workingDirectory: string): Promise<StandInProvider> {
  const registry = new StandInRegistry(workingDirectory);
  const existing = new Map<string, Properties>();
  const calls: ProviderCall[] = [];
  const sageMaker = new StandInSageMaker();
  const denied = new Set<string>();
  const lifecycles = sageMakerLifecycles(sageMaker);
  const http = await startStandInHttp(sageMakerOperations(sageMaker, denied));
  const server = new grpc.Server();
  server.addService(ResourceProviderService, {
    ...configurationMethods(),
    ...resourceMethods(existing, calls, { registry, lifecycles }),
    invoke: unary((request: provider.InvokeRequest) => invoke(request, registry, existing)),
    construct: unary((request: provider.ConstructRequest) => construct(request, registry)),
  } as unknown as grpc.UntypedServiceImplementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return {
    debugProviders: ["aws", "awsx", "docker-build"].map((name) => `${name}:${port}`).join(","),
    existing,
    calls,
    registry,
    sageMaker,
    awsUrl: http.url,
    denied,
    stop: () => {
      server.forceShutdown();
      http.stop();
    },
  };
}

function configurationMethods() {
  return {
    checkConfig: unary((request: provider.CheckRequest) => {
      const response = new provider.CheckResponse();
      response.setInputs(request.getNews());
      return response;
    }),
    diffConfig: unary(() => new provider.DiffResponse()),
    configure: unary(() => {
      const response = new provider.ConfigureResponse();
      response.setSupportspreview(true);
      response.setAcceptsecrets(true);
      return response;
    }),
    cancel: unary(() => new Empty()),
    attach: unary(() => new Empty()),
    getPluginInfo: unary(() => {
      const info = new PluginInfo();
      info.setVersion("7.48.0");
      return info;
    }),
  };
}

/** What happens in the account beside keeping states. */
interface Account {
  readonly registry: StandInRegistry;
  readonly lifecycles: Readonly<Record<string, Lifecycle>>;
}

function resourceMethods(
  existing: Map<string, Properties>,
  calls: ProviderCall[],
  { registry, lifecycles }: Account,
) {
  const record = (operation: ProviderCall["operation"], urn: string, id: string): void => {
    calls.push({ operation, type: typeOf(urn), name: nameOf(urn), id });
  };
  return {
    check: unary(check),
    diff: unary((request: provider.DiffRequest) => {
      const type = typeOf(request.getUrn());
      const news = fromStruct(request.getNews());
      const state = fromStruct(request.getOlds());
      return type === buildType
        ? changes(registry.differs(state, news) ? ["contextHash"] : [], [])
        : diff(
            type,
            fromStruct(request.getOldInputs()),
            state,
            news,
            request.getIgnorechangesList(),
          );
    }),
    create: unary((request: provider.CreateRequest) => {
      const inputs = suffixed(fromStruct(request.getProperties()));
      const response = new provider.CreateResponse();
      const { id, computed } = resolveIdentity(
        account,
        typeOf(request.getUrn()),
        nameOf(request.getUrn()),
        inputs,
      );
      if (request.getPreview()) {
        const unknown = unknownValues({
          ...computed,
          ...(inputs["namePrefix"] ? { name: "" } : {}),
        });
        response.setProperties(toStruct({ ...inputs, ...unknown }));
        return response;
      }
      const type = typeOf(request.getUrn());
      const made = registry.create(type, id, { ...inputs, ...computed });
      const state = { ...made, ...lifecycles[type]?.create?.(id, made) };
      existing.set(`${request.getUrn()} ${id}`, state);
      record("create", request.getUrn(), id);
      response.setId(id);
      response.setProperties(toStruct(state));
      return response;
    }),
    update: unary((request: provider.UpdateRequest) => {
      const news = fromStruct(request.getNews());
      const former = fromStruct(request.getOlds());
      let state: Properties = { ...former, ...news };
      if (!request.getPreview()) {
        const type = typeOf(request.getUrn());
        state = registry.update(type, state, news);
        const key = `${request.getUrn()} ${request.getId()}`;
        // What is under way stays so where the provider gives up waiting for it.
        existing.set(key, state);
        state = { ...state, ...lifecycles[type]?.update?.(request.getId(), state, former) };
        existing.set(key, state);
        record("update", request.getUrn(), request.getId());
      }
      const response = new provider.UpdateResponse();
      response.setProperties(toStruct(state));
      return response;
    }),
    read: unary((request: provider.ReadRequest) => read(request, existing, lifecycles)),
    delete: unary((request: provider.DeleteRequest) => {
      remove(request, existing, { registry, lifecycles });
      record("delete", request.getUrn(), request.getId());
      return new Empty();
    }),
  };
}

function check(request: provider.CheckRequest): provider.CheckResponse {
  const response = new provider.CheckResponse();
  const news = fromStruct(request.getNews());
  response.setInputs(toStruct(named(request.getUrn(), news, fromStruct(request.getOlds()))));
  return response;
}

function remove(
  request: provider.DeleteRequest,
  existing: Map<string, Properties>,
  { registry, lifecycles }: Account,
): void {
  const type = typeOf(request.getUrn());
  registry.delete(type, request.getId(), fromStruct(request.getProperties()));
  existing.delete(`${request.getUrn()} ${request.getId()}`);
  lifecycles[type]?.delete?.(request.getId());
  if (type === "aws:sagemaker/endpoint:Endpoint") {
    forgetScaling(existing, request.getId());
  }
}

function read(
  request: provider.ReadRequest,
  existing: ReadonlyMap<string, Properties>,
  lifecycles: Account["lifecycles"],
): provider.ReadResponse {
  const response = new provider.ReadResponse();
  const own = existing.get(`${request.getUrn()} ${request.getId()}`);
  Object.assign(own ?? {}, lifecycles[typeOf(request.getUrn())]?.read?.(request.getId()));
  // What the program only reads was never created here: somebody else has it.
  const isManaged = Object.keys(fromStruct(request.getInputs())).length > 0;
  const state =
    own ??
    (isManaged ? undefined : readExisting(account, typeOf(request.getUrn()), request.getId()));
  if (state !== undefined) {
    response.setId(request.getId());
    response.setProperties(toStruct(state));
    const inputs = isManaged || !own ? fromStruct(request.getInputs()) : importable(request, own);
    const actual = Object.keys(inputs).map((key) => [key, state[key] ?? inputs[key]] as const);
    response.setInputs(toStruct(Object.fromEntries(actual)));
  }
  return response;
}

/** What an import takes for the inputs of something that was created here and left behind. */
function importable(request: provider.ReadRequest, state: Properties): Properties {
  const [type, name] = [typeOf(request.getUrn()), nameOf(request.getUrn())];
  const { computed = {} } = resolveIdentity(account, type, name, state);
  return Object.fromEntries(Object.entries(state).filter(([key]) => !(key in computed)));
}

/**
 * An endpoint takes the registration of its variants with it.
 * Source: https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-delete.html
 */
function forgetScaling(existing: Map<string, Properties>, endpointName: string): void {
  for (const [key, state] of existing) {
    if (String(state["resourceId"]).startsWith(`endpoint/${endpointName}/`)) {
      existing.delete(key);
    }
  }
}

/** The real provider fills a generated name in when it checks the inputs, and keeps it from update to update. */
function named(urn: string, news: Properties, olds: Properties): Properties {
  const { generatedName } = resolveIdentity(account, typeOf(urn), nameOf(urn), news);
  if (news["namePrefix"] !== undefined) {
    return news;
  }
  const kept = Object.fromEntries(
    Object.entries(generatedName).map(([property, name]) => [
      property,
      olds[property] ?? `${name}${freshSuffix()}`,
    ]),
  );
  return { ...news, ...kept };
}

/** What has a prefix for a name gets the rest of it when it is created. */
function suffixed(inputs: Properties): Properties {
  const { namePrefix } = inputs;
  return typeof namePrefix === "string" && inputs["name"] === undefined
    ? { ...inputs, name: `${namePrefix}${freshSuffix()}` }
    : inputs;
}

let suffixes = 0;

/** A replacement exists beside its predecessor: two generated names never agree. */
function freshSuffix(): string {
  suffixes += 1;
  return suffixes.toString(16).padStart(3, "0");
}

/** The real provider compares with what it read last, also where that is not what it had been told. */
function diff(
  type: string,
  inputs: Properties,
  state: Properties,
  news: Properties,
  ignored: readonly string[],
): provider.DiffResponse {
  const same = (left: unknown, right: unknown) => JSON.stringify(left) === JSON.stringify(right);
  const olds = Object.fromEntries(
    Object.keys(inputs).map((key) => [key, state[key] ?? inputs[key]] as const),
  );
  const changed = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(
    (key) => key !== "__defaults" && !ignored.includes(key) && !same(olds[key], news[key]),
  );
  const replaces = changed.filter((property) => replacedBy(type, property, olds, news));
  const response = changes(changed, replaces);
  response.setDeletebeforereplace(replaces.length > 0 && deletedBeforeReplacedBy(type, olds, news));
  if (
    replaces.length === 0 &&
    changed.some((key) => key in inputs && !same(olds[key], inputs[key]))
  ) {
    // Without this the engine shows what the provider had been told, and not what is there.
    response.setHasdetaileddiff(true);
    for (const key of changed) {
      const change = new provider.PropertyDiff();
      change.setKind(provider.PropertyDiff.Kind.UPDATE);
      response.getDetaileddiffMap().set(key, change);
    }
  }
  return response;
}

function changes(changed: string[], replacing: string[]): provider.DiffResponse {
  const response = new provider.DiffResponse();
  response.setChanges(
    changed.length > 0
      ? provider.DiffResponse.DiffChanges.DIFF_SOME
      : provider.DiffResponse.DiffChanges.DIFF_NONE,
  );
  response.setDiffsList(changed);
  response.setReplacesList(replacing);
  return response;
}

async function invoke(
  request: provider.InvokeRequest,
  registry: StandInRegistry,
  existing: ReadonlyMap<string, Properties>,
): Promise<provider.InvokeResponse> {
  const inputs = fromStruct(request.getArgs());
  const response = new provider.InvokeResponse();
  response.setReturn(toStruct(await lookUp(request.getTok(), inputs, registry, existing)));
  return response;
}

async function lookUp(
  token: string,
  inputs: Properties,
  registry: StandInRegistry,
  existing: ReadonlyMap<string, Properties>,
): Promise<Properties> {
  switch (token) {
    case "aws:ecr/getImages:getImages":
      return { ...inputs, imageIds: registry.list(String(inputs["repositoryName"])) };
    case "aws:ec2/getInstances:getInstances":
      return { ...inputs, ids: findInstances(existing, inputs) };
    default:
      return (await createAwsMocks(account).call({ token, inputs })) as Properties;
  }
}

/** Instances with the tags that are filtered by and one of the states; a test sets `instanceState` in their state. */
function findInstances(
  existing: ReadonlyMap<string, Properties>,
  { filters, instanceStateNames }: Properties,
): string[] {
  return [...existing]
    .filter(([urn]) => urn.includes("aws:ec2/instance:Instance"))
    .filter(([, { instanceState, tags }]) => {
      const states = instanceStateNames as string[];
      const wanted = filters as { name: string; values: string[] }[];
      return (
        states.includes(String(instanceState)) &&
        wanted.every(({ name, values }) => {
          const tag = (tags as Record<string, string>)[name.replace(/^tag:/, "")];
          return tag !== undefined && values.includes(tag);
        })
      );
    })
    .map(([key]) => key.split(" ").at(-1)!);
}

/**
 * AWSX's image is a component: it is registered with the engine and answers with the address of what its child builds, which is
 * named after the tag. Before the repository's address is known there is no child.
 */
async function construct(
  request: provider.ConstructRequest,
  registry: StandInRegistry,
): Promise<provider.ConstructResponse> {
  const monitor = new ResourceMonitorClient(
    request.getMonitorendpoint(),
    grpc.credentials.createInsecure(),
  );
  const register = (registration: RegisterResourceRequest): Promise<RegisterResourceResponse> =>
    new Promise((resolve, reject) => {
      monitor.registerResource(registration, (error, registered) =>
        error === null ? resolve(registered) : reject(error),
      );
    });
  const component = new RegisterResourceRequest();
  component.setType(request.getType());
  component.setName(request.getName());
  component.setParent(request.getParent());
  const urn = (await register(component)).getUrn();
  const inputs = fromStruct(request.getInputs());
  let imageUri = unknownValue;
  if (inputs["repositoryUrl"] !== unknownValue) {
    const build = registry.buildOf(inputs);
    const child = new RegisterResourceRequest();
    child.setType(buildType);
    child.setName(build.name);
    child.setParent(urn);
    child.setCustom(true);
    child.setObject(toStruct(build.inputs));
    const { digest, ref } = fromStruct((await register(child)).getObject());
    if (!request.getDryrun() || digest !== undefined) {
      imageUri = digest ? `${String(inputs["repositoryUrl"])}@${String(digest)}` : String(ref);
    }
  }
  monitor.close();
  const response = new provider.ConstructResponse();
  response.setUrn(urn);
  response.setState(toStruct({ imageUri }));
  return response;
}

function unknownValues(properties: Properties): Properties {
  return Object.fromEntries(Object.keys(properties).map((key) => [key, unknownValue]));
}

function typeOf(urn: string): string {
  return urn.split("::")[2]!.split("$").at(-1)!;
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
