import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";

import * as grpc from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

import { startProgram, TYPESCRIPT } from "../child-processes";
import { UserError } from "../output/failure";
import type { RegisteredResource } from "../../infra/offline/registrations";
import { isObject } from "../../infra/schema/explain";
import {
  analyzerResource,
  describeResource,
  type Provider,
  providersOf,
  toStruct,
} from "./analyzer-messages";
import type { EnforcementLevel, Finding } from "./finding";
import { mainsIn } from "./project";

/** Per rule: an enforcement level, or its settings; the form of Pulumi's own policy configuration files. */
export type PolicyConfiguration = Readonly<Record<string, unknown>>;

/**
 * A policy pack running as the engine runs it: a process of its own that serves Pulumi's analyzer protocol.
 * Start it before the program is evaluated; both then load at the same time.
 */
export class Analyzer {
  private constructor(
    private readonly process: ChildProcess,
    private readonly client: AnalyzerClient,
  ) {}

  /** @throws UserError where the folder is not a policy pack or the pack does not start within two minutes. */
  static async start(packDirectory: string): Promise<Analyzer> {
    const child = startProgram([...TYPESCRIPT, packMain(packDirectory)], { cwd: packDirectory });
    try {
      const port = await announcedPort(child, packDirectory);
      return new Analyzer(
        child,
        new AnalyzerClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
          "grpc.max_receive_message_length": LARGEST_MESSAGE,
        }),
      );
    } catch (error) {
      child.kill("SIGKILL");
      throw error;
    }
  }

  /** The pack's name and its rules, as it describes itself. */
  async describe(): Promise<{ name: string; rules: string[] }> {
    const info = await this.information();
    return { name: info.getName(), rules: info.getPoliciesList().map((rule) => rule.getName()) };
  }

  /**
   * Sets enforcement levels and rule settings; `all` sets every level, and a rule that is not named keeps its own.
   *
   * @throws UserError naming a rule that the pack does not have, a level that does not exist, or what is not a setting.
   */
  async configure(configuration: PolicyConfiguration): Promise<void> {
    if (!isObject(configuration)) {
      throw new UserError(`policy configuration: expected ${CONFIGURATION_FORM}.`);
    }
    const info = await this.information();
    const own = new Map(
      info.getPoliciesList().map((rule) => [rule.getName(), rule.getEnforcementlevel()]),
    );
    const unknown = Object.keys(configuration).find((name) => name !== "all" && !own.has(name));
    if (unknown !== undefined) {
      throw new UserError(
        `policy configuration: there is no rule "${unknown}". Rules: ${[...own.keys()].join(", ")}, or all.`,
      );
    }
    const request = new messages.ConfigureAnalyzerRequest();
    for (const [rule, level] of own) {
      const settings = {
        ...asSettings("all", configuration["all"]),
        ...asSettings(rule, configuration[rule]),
      };
      request.getPolicyconfigMap().set(rule, policyConfig(rule, settings, level));
    }
    await unary<Empty>((done) => this.client.configure(request, done));
  }

  /**
   * Checks each resource by its inputs, then the stack as a whole by its state.
   *
   * @param config the stack's configuration, whose `aws:` keys are the settings of the default provider
   */
  async judge(
    resources: readonly RegisteredResource[],
    config: Readonly<Record<string, string>> = {},
  ): Promise<Finding[]> {
    const providers = providersOf(resources, config);
    const judge = (some: readonly RegisteredResource[]): Promise<Finding[][]> =>
      Promise.all(some.map((resource) => this.judgeResource(resource, providers)));
    // The endpoints first: the pack names one of them in what to write instead of too wide a permission.
    const endpoints = resources.filter(({ type }) => type === ENDPOINT_TYPE);
    const judged = [
      ...(await judge(endpoints)),
      ...(await judge(resources.filter((resource) => !endpoints.includes(resource)))),
    ];
    const known = new Set(resources.map((resource) => resource.urn));
    const request = new messages.AnalyzeStackRequest();
    request.setResourcesList(resources.map((each) => analyzerResource(each, known, providers)));
    const response = await unary<messages.AnalyzeResponse>((done) =>
      this.client.analyzeStack(request, done),
    );
    return [...judged.flat(), ...findings(response, "")];
  }

  /** Ends the pack's process. */
  stop(): void {
    this.client.close();
    this.process.kill();
  }

  private information(): Promise<messages.AnalyzerInfo> {
    return unary((done) => this.client.getAnalyzerInfo(new Empty(), done));
  }

  private async judgeResource(
    resource: RegisteredResource,
    providers: ReadonlyMap<string, Provider>,
  ): Promise<Finding[]> {
    const request = new messages.AnalyzeRequest();
    describeResource(request, resource, resource.inputs, providers);
    const response = await unary<messages.AnalyzeResponse>((done) =>
      this.client.analyze(request, done),
    );
    return findings(response, resource.urn);
  }
}

const ENDPOINT_TYPE = "aws:sagemaker/endpoint:Endpoint";
const START_TIMEOUT_MILLISECONDS = 120_000;
const LARGEST_MESSAGE = 400 * 1024 * 1024;

const LEVELS: Readonly<Record<number, EnforcementLevel>> = {
  [messages.EnforcementLevel.ADVISORY]: "advisory",
  [messages.EnforcementLevel.MANDATORY]: "mandatory",
  [messages.EnforcementLevel.REMEDIATE]: "remediate",
  [messages.EnforcementLevel.DISABLED]: "disabled",
};

/** The engine's own order: PulumiPolicy.yaml's main, package.json's main, index.ts. */
function packMain(packDirectory: string): string {
  if (!existsSync(path.join(packDirectory, "PulumiPolicy.yaml"))) {
    throw new UserError(
      `${packDirectory} is not a policy pack: it has no PulumiPolicy.yaml. Name a pack's folder with --policy-pack.`,
    );
  }
  const [main = path.join(packDirectory, "index.ts")] = mainsIn(packDirectory, "PulumiPolicy.yaml");
  return main;
}

/** A pack prints its port on a line of standard output (@pulumi/policy's `serve`). */
async function announcedPort(child: ChildProcess, packDirectory: string): Promise<number> {
  let complaints = "";
  child.stderr!.on("data", (chunk: Buffer) => (complaints += chunk.toString()));
  const printed = new Promise<number>((resolve) => {
    createInterface({ input: child.stdout! }).on("line", (line) => {
      if (/^\d+$/.test(line)) {
        resolve(Number(line));
      }
    });
  });
  const ended = once(child, "close").then(([code]) => `ended with exit code ${code}`);
  const late = setTimeout(START_TIMEOUT_MILLISECONDS, "was not ready within two minutes", {
    ref: false,
  });
  const port = await Promise.race([printed, ended, late]);
  if (typeof port === "string") {
    const detail = complaints.trim().split("\n").slice(0, 8).join("\n");
    throw new UserError(
      `the policy pack in ${packDirectory} ${port} while starting${detail && `:\n${detail}`}`,
    );
  }
  return port;
}

const CONFIGURATION_FORM =
  'an object of rules, each with a level or its settings, for example {"no-full-access": "advisory"} or {"required-tags": {"enforcementLevel": "mandatory"}}';

/** A bare level is short for settings with nothing else. */
function asSettings(rule: string, setting: unknown): Record<string, unknown> {
  if (setting === undefined) {
    return {};
  }
  if (typeof setting === "string") {
    return { enforcementLevel: setting };
  }
  if (isObject(setting)) {
    return setting;
  }
  throw new UserError(
    `policy configuration: rule "${rule}" has ${JSON.stringify(setting)}; expected ${CONFIGURATION_FORM}.`,
  );
}

function policyConfig(
  rule: string,
  settings: Record<string, unknown>,
  ownLevel: messages.EnforcementLevel,
): messages.PolicyConfig {
  const { enforcementLevel: level = LEVELS[ownLevel], ...properties } = settings;
  const number = Object.entries(LEVELS).find(([, name]) => name === level)?.[0];
  if (number === undefined) {
    throw new UserError(
      `policy configuration: rule "${rule}" has the level "${String(level)}"; allowed are ${Object.values(LEVELS).join(", ")}.`,
    );
  }
  const config = new messages.PolicyConfig();
  config.setEnforcementlevel(Number(number) as messages.EnforcementLevel);
  config.setProperties(toStruct(properties));
  return config;
}

function findings(response: messages.AnalyzeResponse, urn: string): Finding[] {
  return response.getDiagnosticsList().map((diagnostic) => ({
    level: LEVELS[diagnostic.getEnforcementlevel()] ?? "mandatory",
    rule: diagnostic.getPolicyname(),
    resource: diagnostic.getUrn() || urn,
    message: diagnostic.getMessage().trim(),
  }));
}

function unary<Response>(
  call: (done: (error: grpc.ServiceError | null, response: Response) => void) => unknown,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    call((error, response) => {
      if (error === null) {
        resolve(response);
      } else {
        reject(
          new UserError(`the policy pack failed: ${withoutTrace(error.details || error.message)}`),
        );
      }
    });
  });
}

/** A pack reports its own exceptions with their stack. */
function withoutTrace(details: string): string {
  return details
    .split("\n")
    .filter((line) => !/^\s+at /.test(line))
    .join("\n");
}
