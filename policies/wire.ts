import { createRequire } from "node:module";
import type { Server, ServiceDefinition, UntypedServiceImplementation } from "@grpc/grpc-js";
import type { Policies } from "@pulumi/policy";
import type {
  AnalyzeRequest,
  AnalyzeStackRequest,
  ConfigureAnalyzerRequest,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { configurationProblems } from "./configuration-problems";
import type { Received } from "./received";

/** A method of the analyzer service. */
export type Handler = (
  call: { request: unknown },
  done: (error: { message: string } | null, answer?: unknown) => void,
) => unknown;

/**
 * Listens to what the engine sends before `@pulumi/policy` takes it apart for each policy anew, and without what it drops: which
 * values are secrets, and configuration of rules that do not exist, which is refused. To be called before the pack is made.
 */
export function listenToEngine(policies: Policies, received: Received): void {
  // The copy that @pulumi/policy itself uses.
  const grpc = createRequire(require.resolve("@pulumi/policy"))("@grpc/grpc-js") as {
    Server: { prototype: Server };
  };
  const { prototype } = grpc.Server;
  const addService = prototype.addService;
  prototype.addService = function (
    this: Server,
    definition: ServiceDefinition,
    implementation: UntypedServiceImplementation,
  ): void {
    const handlers = implementation as unknown as Record<string, Handler>;
    const listening = listeningHandlers(handlers, policies, received);
    addService.call(this, definition, listening as UntypedServiceImplementation);
  };
}

/** The handlers of the analyzer service that tell `received` first of each request. */
export function listeningHandlers(
  handlers: Readonly<Record<string, Handler>>,
  policies: Policies,
  received: Received,
): Record<string, Handler> {
  const after =
    (handler: Handler | undefined, listen: (request: unknown) => string | undefined): Handler =>
    (call, done) => {
      const refusal = listen(call.request);
      return refusal === undefined ? handler!(call, done) : done({ message: refusal });
    };
  const takeResource = (request: unknown): undefined => {
    received.takeResource(request as AnalyzeRequest);
  };
  const takeStack = (request: unknown): undefined => {
    received.takeStack((request as AnalyzeStackRequest).getResourcesList());
  };
  return {
    ...handlers,
    configure: after(handlers["configure"], (request) =>
      refusalOf(request as ConfigureAnalyzerRequest, policies),
    ),
    analyze: after(handlers["analyze"], takeResource),
    remediate: after(handlers["remediate"], takeResource),
    analyzeStack: after(handlers["analyzeStack"], takeStack),
  };
}

function refusalOf(request: ConfigureAnalyzerRequest, policies: Policies): string | undefined {
  const settings = new Map<string, readonly string[]>();
  request
    .getPolicyconfigMap()
    .forEach((config, name) =>
      settings.set(name, Object.keys(config.getProperties()?.toJavaScript() ?? {})),
    );
  const problems = configurationProblems(policies, settings);
  return problems.length === 0 ? undefined : `policy configuration: ${problems.join("; ")}`;
}
