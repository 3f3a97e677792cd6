import type { Policies } from "@pulumi/policy";
import * as server from "@pulumi/policy/server";
import {
  AnalyzerResource,
  AnalyzeRequest,
  type AnalyzeResponse,
  AnalyzerResourceOptions,
  AnalyzeStackRequest,
  EnforcementLevel,
  type RemediateResponse,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Exemptions } from "../exemptions/exemptions";
import { toPolicies } from "../pack";
import { Received } from "../received";
import type { Rule } from "../rule";
import { type Handler, listeningHandlers } from "../wire";

export type WireProperties = Record<string, JavaScriptValue>;

/** What Pulumi sends for a text that is not known yet. */
export const UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** What Pulumi sends for a secret. */
export function secret(value: JavaScriptValue): WireProperties {
  return {
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    value,
  };
}

/** A resource on the wire. */
export interface WireResource {
  readonly type: string;
  readonly name: string;
  readonly properties: WireProperties;
  /** By default that of the stack `dev`. */
  readonly urn?: string;
}

type Maker = (pack: string, version: string, level: string, policies: Policies) => Handler;

/** What the engine calls; the package exports it, but leaves it out of its declarations. */
const { makeAnalyzeRpcFun, makeAnalyzeStackRpcFun, makeRemediateRpcFun } =
  server as unknown as Record<string, Maker>;

/** The pack in this process, called as the engine calls it, on the data of the wire. */
export class TestEngine {
  readonly #handlers: Readonly<Record<string, Handler>>;

  constructor(rules: readonly Rule[], exemptions?: Exemptions) {
    const received = new Received();
    const policies = toPolicies(rules, received, exemptions);
    const pack = ["kennel", "1", "advisory", policies] as const;
    const handlers = {
      analyze: makeAnalyzeRpcFun!(...pack),
      analyzeStack: makeAnalyzeStackRpcFun!(...pack),
      remediate: makeRemediateRpcFun!(...pack),
    };
    this.#handlers = listeningHandlers(handlers, policies, received);
  }

  /** What a resource breaks, each as `level rule: message`. */
  async analyze(resource: WireResource): Promise<string[]> {
    return said(await this.#call("analyze", filled(new AnalyzeRequest(), resource)));
  }

  /** What a stack breaks, each as `level rule: message`. */
  async analyzeStack(...resources: WireResource[]): Promise<string[]> {
    const request = new AnalyzeStackRequest();
    request.setResourcesList(resources.map((each) => filled(new AnalyzerResource(), each)));
    return said(await this.#call("analyzeStack", request));
  }

  /** By rule: the properties as the engine gets them back. */
  async remediate(resource: WireResource): Promise<Record<string, WireProperties | undefined>> {
    const request = filled(new AnalyzeRequest(), resource);
    const response = await this.#call<RemediateResponse>("remediate", request);
    return Object.fromEntries(
      response
        .getRemediationsList()
        .map((each) => [each.getPolicyname(), each.getProperties()?.toJavaScript()]),
    );
  }

  #call<Response = AnalyzeResponse>(method: string, request: unknown): Promise<Response> {
    return new Promise((resolve, reject) => {
      void this.#handlers[method]!({ request }, (error, response) =>
        response === undefined ? reject(new Error(error?.message)) : resolve(response as Response),
      );
    });
  }
}

function filled<Message extends AnalyzeRequest | AnalyzerResource>(
  message: Message,
  { type, name, properties, urn }: WireResource,
): Message {
  message.setType(type);
  message.setName(name);
  message.setUrn(urn ?? `urn:pulumi:dev::kennel::${type}::${name}`);
  message.setOptions(new AnalyzerResourceOptions());
  message.setProperties(Struct.fromJavaScript(properties));
  return message;
}

function said(response: AnalyzeResponse): string[] {
  return response.getDiagnosticsList().map((each) => {
    const level =
      each.getEnforcementlevel() === EnforcementLevel.MANDATORY ? "mandatory" : "advisory";
    return `${level} ${each.getPolicyname()}: ${each.getMessage()}`;
  });
}
