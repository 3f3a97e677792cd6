import { createRequire } from "node:module";
import type { Server, ServiceDefinition, UntypedServiceImplementation } from "@grpc/grpc-js";
import type { AnalyzerResource, AnalyzeRequest } from "@pulumi/pulumi/proto/analyzer_pb";
import type {
  AnalyzeStackRequest,
  ConfigureAnalyzerRequest,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { configurationProblems } from "./configuration-problems";
import { SECRET_SIGNATURE, SIGNATURE_KEY } from "./resource";
import type { Rule } from "./rule";
import type { SecretPaths } from "./secret-paths";

type Handler = (
  call: { request: unknown },
  done: (error: { message: string } | null, answer?: unknown) => void,
) => unknown;

/**
 * Listens to what the engine sends and `@pulumi/policy` does not pass on: configuration of rules that do not exist, which would
 * be ignored in silence, and which values are secrets. To be called before the pack is made.
 */
export function listenToEngine(rules: readonly Rule[], secrets: SecretPaths): void {
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
    const { configure, analyze, analyzeStack } = implementation as Record<string, Handler>;
    addService.call(this, definition, {
      ...implementation,
      configure: refusing(configure!, rules),
      analyze: noting(analyze!, secrets, (request) => [request as AnalyzeRequest]),
      analyzeStack: noting(analyzeStack!, secrets, (request) =>
        (request as AnalyzeStackRequest).getResourcesList(),
      ),
    } as UntypedServiceImplementation);
  };
}

function refusing(configure: Handler, rules: readonly Rule[]): Handler {
  return (call, done) => {
    const configured = (call.request as ConfigureAnalyzerRequest).getPolicyconfigMap();
    const settings = new Map<string, readonly string[]>();
    configured.forEach((config, name) =>
      settings.set(name, Object.keys(config.getProperties()?.toJavaScript() ?? {})),
    );
    const problems = configurationProblems(rules, settings);
    if (problems.length > 0) {
      done({ message: `policy configuration: ${problems.join("; ")}` });
      return undefined;
    }
    return configure(call, done);
  };
}

function noting(
  analyze: Handler,
  secrets: SecretPaths,
  resourcesOf: (request: unknown) => readonly (AnalyzeRequest | AnalyzerResource)[],
): Handler {
  return (call, done) => {
    for (const resource of resourcesOf(call.request)) {
      secrets.note(resource.getUrn(), pathsOfSecrets(resource.getProperties()?.toJavaScript(), ""));
    }
    return analyze(call, done);
  };
}

/** Paths such as `environment.variables.TOKEN`; what is within a secret is not looked at. */
function pathsOfSecrets(value: unknown, path: string): string[] {
  if (typeof value !== "object" || value === null) {
    return [];
  }
  if ((value as Record<string, unknown>)[SIGNATURE_KEY] === SECRET_SIGNATURE) {
    return [path];
  }
  return Object.entries(value).flatMap(([key, each]) =>
    pathsOfSecrets(each, path === "" ? key : `${path}.${key}`),
  );
}
