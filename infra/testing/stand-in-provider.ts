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
import { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

import { resolveIdentity } from "./aws-identities";
import { createAwsMocks, readExisting } from "./aws-mocks";
import { replacedBy } from "./replace-only";

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
  stop(): void;
}

const account = { accountId: "123456789012", region: "us-east-1", partition: "aws" };

/** What the wire holds in place of a value that is not known yet (@pulumi/pulumi, runtime/rpc.ts). */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Starts the stand-in on a free loopback port. */
export async function startStandInProvider(): Promise<StandInProvider> {
  const existing = new Map<string, Properties>();
  const calls: ProviderCall[] = [];
  const server = new grpc.Server();
  server.addService(ResourceProviderService, {
    ...configurationMethods(),
    ...resourceMethods(existing, calls),
    invoke: unary(invoke),
    construct: unary(construct),
  } as unknown as grpc.UntypedServiceImplementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return {
    debugProviders: ["aws", "awsx"].map((name) => `${name}:${port}`).join(","),
    existing,
    calls,
    stop: () => server.forceShutdown(),
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

function resourceMethods(existing: Map<string, Properties>, calls: ProviderCall[]) {
  const record = (operation: ProviderCall["operation"], urn: string, id: string): void => {
    calls.push({ operation, type: typeOf(urn), name: nameOf(urn), id });
  };
  return {
    check: unary((request: provider.CheckRequest) => {
      const response = new provider.CheckResponse();
      response.setInputs(
        toStruct(
          named(request.getUrn(), fromStruct(request.getNews()), fromStruct(request.getOlds())),
        ),
      );
      return response;
    }),
    diff: unary((request: provider.DiffRequest) =>
      diff(
        typeOf(request.getUrn()),
        fromStruct(request.getOldInputs()),
        fromStruct(request.getNews()),
      ),
    ),
    create: unary((request: provider.CreateRequest) => {
      const inputs = fromStruct(request.getProperties());
      const response = new provider.CreateResponse();
      const { id, computed } = resolveIdentity(
        account,
        typeOf(request.getUrn()),
        nameOf(request.getUrn()),
        inputs,
      );
      if (request.getPreview()) {
        response.setProperties(toStruct({ ...inputs, ...unknownValues(computed ?? {}) }));
        return response;
      }
      const state = { ...inputs, ...computed };
      existing.set(`${request.getUrn()} ${id}`, state);
      record("create", request.getUrn(), id);
      response.setId(id);
      response.setProperties(toStruct(state));
      return response;
    }),
    update: unary((request: provider.UpdateRequest) => {
      const news = fromStruct(request.getNews());
      const state = { ...fromStruct(request.getOlds()), ...news };
      if (!request.getPreview()) {
        existing.set(`${request.getUrn()} ${request.getId()}`, state);
        record("update", request.getUrn(), request.getId());
      }
      const response = new provider.UpdateResponse();
      response.setProperties(toStruct(state));
      return response;
    }),
    read: unary((request: provider.ReadRequest) => {
      const response = new provider.ReadResponse();
      const own = existing.get(`${request.getUrn()} ${request.getId()}`);
      // What the program only reads was never created here: somebody else has it.
      const isManaged = Object.keys(fromStruct(request.getInputs())).length > 0;
      const state =
        own ??
        (isManaged ? undefined : readExisting(account, typeOf(request.getUrn()), request.getId()));
      if (state !== undefined) {
        response.setId(request.getId());
        response.setProperties(toStruct(state));
        const inputs = fromStruct(request.getInputs());
        const actual = Object.keys(inputs).map((key) => [key, state[key] ?? inputs[key]] as const);
        response.setInputs(toStruct(Object.fromEntries(actual)));
      }
      return response;
    }),
    delete: unary((request: provider.DeleteRequest) => {
      existing.delete(`${request.getUrn()} ${request.getId()}`);
      if (typeOf(request.getUrn()) === "aws:sagemaker/endpoint:Endpoint") {
        forgetScaling(existing, request.getId());
      }
      record("delete", request.getUrn(), request.getId());
      return new Empty();
    }),
  };
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
  const kept = Object.fromEntries(
    Object.entries(generatedName).map(([property, name]) => [
      property,
      olds[property] ?? `${name}${freshSuffix()}`,
    ]),
  );
  return { ...news, ...kept };
}

let suffixes = 0;

/** A replacement exists beside its predecessor: two generated names never agree. */
function freshSuffix(): string {
  suffixes += 1;
  return suffixes.toString(16).padStart(3, "0");
}

function diff(type: string, olds: Properties, news: Properties): provider.DiffResponse {
  const changed = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(
    (key) => key !== "__defaults" && JSON.stringify(olds[key]) !== JSON.stringify(news[key]),
  );
  const response = new provider.DiffResponse();
  response.setChanges(
    changed.length > 0
      ? provider.DiffResponse.DiffChanges.DIFF_SOME
      : provider.DiffResponse.DiffChanges.DIFF_NONE,
  );
  response.setDiffsList(changed);
  response.setReplacesList(changed.filter((property) => replacedBy(type, property)));
  return response;
}

async function invoke(request: provider.InvokeRequest): Promise<provider.InvokeResponse> {
  const answer = await createAwsMocks(account).call({
    token: request.getTok(),
    inputs: fromStruct(request.getArgs()),
  });
  const response = new provider.InvokeResponse();
  response.setReturn(toStruct(answer as Properties));
  return response;
}

/** AWSX's resources are components: they are registered with the engine and answer with their outputs. */
async function construct(request: provider.ConstructRequest): Promise<provider.ConstructResponse> {
  const monitor = new ResourceMonitorClient(
    request.getMonitorendpoint(),
    grpc.credentials.createInsecure(),
  );
  const registration = new RegisterResourceRequest();
  registration.setType(request.getType());
  registration.setName(request.getName());
  registration.setParent(request.getParent());
  const urn = await new Promise<string>((resolve, reject) => {
    monitor.registerResource(registration, (error, registered) =>
      error === null ? resolve(registered.getUrn()) : reject(error),
    );
  });
  monitor.close();
  const inputs = fromStruct(request.getInputs());
  const { computed } = resolveIdentity(account, request.getType(), request.getName(), inputs);
  const response = new provider.ConstructResponse();
  response.setUrn(urn);
  response.setState(
    toStruct(request.getDryrun() ? unknownValues(computed ?? {}) : { ...computed }),
  );
  return response;
}

function unary<Request, Response>(answer: (request: Request) => Response | Promise<Response>) {
  return (
    call: grpc.ServerUnaryCall<Request, Response>,
    callback: grpc.sendUnaryData<Response>,
  ): void => {
    Promise.resolve()
      .then(() => answer(call.request))
      .then(
        (response) => callback(null, response),
        (error: Error) => callback({ code: grpc.status.UNKNOWN, message: error.message }),
      );
  };
}

function unknownValues(properties: Properties): Properties {
  return Object.fromEntries(Object.keys(properties).map((key) => [key, UNKNOWN]));
}

function typeOf(urn: string): string {
  return urn.split("::")[2]!.split("$").at(-1)!;
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

function fromStruct(struct: Struct | undefined): Properties {
  return (struct?.toJavaScript() ?? {}) as Properties;
}

function toStruct(properties: Properties): Struct {
  return Struct.fromJavaScript(properties as Record<string, JavaScriptValue>);
}
