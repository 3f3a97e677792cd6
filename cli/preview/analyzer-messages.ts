import * as messages from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

import type { RegisteredResource } from "../../infra/offline/registrations";

/** A resource as a part of its stack. */
export function analyzerResource(
  resource: RegisteredResource,
  known: ReadonlySet<string>,
  providers: ReadonlyMap<string, Provider>,
): messages.AnalyzerResource {
  const message = new messages.AnalyzerResource();
  describeResource(message, resource, resource.outputs, providers);
  message.setParent(resource.parent);
  message.setDependenciesList(resource.dependencies.filter((urn) => known.has(urn)));
  for (const [property, urns] of resource.propertyDependencies) {
    const dependencies = new messages.AnalyzerPropertyDependencies();
    dependencies.setUrnsList([...urns]);
    message.getPropertydependenciesMap().set(property, dependencies);
  }
  return message;
}

/** What the analyzer is told about a resource both when it is checked alone and as part of the stack. */
export function describeResource(
  message: messages.AnalyzeRequest | messages.AnalyzerResource,
  resource: RegisteredResource,
  properties: Record<string, unknown>,
  providers: ReadonlyMap<string, Provider>,
): void {
  message.setType(resource.type);
  message.setUrn(resource.urn);
  message.setName(resource.name);
  message.setProperties(toStruct(properties));
  message.setOptions(resourceOptions(resource));
  message.setProvider(providerOf(resource, providers));
}

/** What rules see of a provider. */
export type Provider = Pick<RegisteredResource, "type" | "urn" | "name" | "inputs">;

/** AWS's, for what names no other: the engine makes it from the stack's configuration. */
const DEFAULT_PROVIDER = { type: "pulumi:providers:aws", urn: "default", name: "default" } as const;

/** A stack's providers by URN, the default one with the `aws:` keys of the configuration. */
export function providersOf(
  resources: readonly RegisteredResource[],
  config: Readonly<Record<string, string>>,
): ReadonlyMap<string, Provider> {
  const settings = Object.entries(config).filter(([key]) => key.startsWith("aws:"));
  const inputs = Object.fromEntries(
    settings.map(([key, value]) => [key.slice("aws:".length), value]),
  );
  return new Map<string, Provider>([
    [DEFAULT_PROVIDER.urn, { ...DEFAULT_PROVIDER, inputs }],
    ...resources
      .filter(({ type }) => type.startsWith("pulumi:providers:"))
      .map((each) => [each.urn, each] as const),
  ]);
}

/** A resource names its provider as `urn::id`. */
function providerOf(
  { type, provider: named }: RegisteredResource,
  providers: ReadonlyMap<string, Provider>,
): messages.AnalyzerProviderResource | undefined {
  const isDefault = named === "" && type.startsWith("aws:");
  const provider = providers.get(isDefault ? DEFAULT_PROVIDER.urn : named.replace(/::[^:]*$/, ""));
  if (provider === undefined) {
    return undefined;
  }
  const message = new messages.AnalyzerProviderResource();
  message.setType(provider.type);
  message.setUrn(provider.urn);
  message.setName(provider.name);
  message.setProperties(toStruct(provider.inputs));
  return message;
}

function resourceOptions(resource: RegisteredResource): messages.AnalyzerResourceOptions {
  const options = new messages.AnalyzerResourceOptions();
  options.setProtect(resource.options.protect);
  options.setIgnorechangesList([...resource.options.ignoreChanges]);
  options.setDeletebeforereplace(resource.options.deleteBeforeReplace);
  options.setAdditionalsecretoutputsList([...resource.options.additionalSecretOutputs]);
  options.setParent(resource.parent);
  return options;
}

/** Settings and properties as the protocol has them. */
export function toStruct(properties: Record<string, unknown>): Struct {
  return Struct.fromJavaScript(properties as Record<string, JavaScriptValue>);
}
