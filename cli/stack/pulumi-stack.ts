import { spawnSync } from "node:child_process";

import {
  ConcurrentUpdateError,
  type EngineEvent,
  LocalWorkspace,
  type Stack as AutomationStack,
  StackNotFoundError,
  type UpOptions,
} from "@pulumi/pulumi/automation";

import type { StackOutputs } from "../../infra/stack-outputs";
import { abortedByStop } from "../child-processes";
import { Refusal, UserError } from "../output/failure";
import { choosePolicyConfiguration } from "../preview/policy-configuration";
import { readStack, type StackSettings } from "../preview/stack-file";
import { shortType } from "../preview/types";
import { POLICY_PACK, REPOSITORY } from "../repository";
import {
  changeLine,
  differences,
  type Drift,
  type FormerUpdate,
  type Stack,
  UpdateInProgress,
  UpdateInterrupted,
} from "./stack";

type PolicyOptions = Pick<UpOptions, "policyPacks" | "policyPackConfigs">;

/** What of Pulumi's operations is shown; the parts of a replacement are one. */
const CHANGES: Readonly<Record<string, Parameters<typeof changeLine>[0]>> = {
  create: "created",
  update: "updated",
  delete: "deleted",
  "create-replacement": "replaced",
};

/** Those that every stack has. */
const OUTPUTS = [
  "bucketName",
  "imageUris",
  "endpointNames",
  "modelUris",
  "functionNames",
] as const satisfies readonly (keyof StackOutputs)[];

/** A stack of Pulumi's backend, changed by the repository's own program. */
export class PulumiStack implements Stack {
  readonly kind = "pulumi";

  constructor(
    private readonly stack: AutomationStack,
    private readonly directory: string,
  ) {}

  get name(): string {
    return this.stack.name;
  }

  settings(): StackSettings {
    return readStack(this.directory, this.name);
  }

  async outputs(): Promise<StackOutputs> {
    const outputs = await this.stack.outputs();
    const missing = OUTPUTS.filter((name) => outputs[name] === undefined);
    if (missing.length > 0) {
      const [what, why] =
        missing.length === OUTPUTS.length
          ? ["outputs", "it was never updated"]
          : [`output ${missing.join(" and ")}`, "an older program updated it last"];
      throw new UserError(
        `the stack ${this.name} has no ${what}, because ${why}: run pulumi up --stack ${this.name}.`,
      );
    }
    const values = Object.entries(outputs).map(([key, { value }]) => [key, value as unknown]);
    return Object.fromEntries(values) as StackOutputs;
  }

  async update(tell: (line: string) => void = () => undefined): Promise<void> {
    const failures: string[] = [];
    const signal = abortedByStop();
    try {
      await this.stack.up({
        ...this.policies(),
        message: "kennel",
        signal,
        onEvent: (event) => {
          failures.push(...failureOf(event));
          linesOf(event).forEach(tell);
        },
      });
    } catch (error) {
      throw explain(error, this.name, signal.aborted, failures);
    }
  }

  /**
   * What `pulumi up` would do, a line for each step, and whether a policy pack allows it.
   *
   * @param policyConfig - the file with the levels of the pack's rules; undefined where they keep their own.
   */
  async preview(policyPack: string, policyConfig?: string): Promise<string[]> {
    const failures: string[] = [];
    const steps: string[] = [];
    try {
      await this.stack.preview({
        ...withPack(policyPack, policyConfig),
        onEvent: (event) => {
          failures.push(...failureOf(event));
          steps.push(...stepOf(event));
        },
      });
    } catch (error) {
      throw explain(error, this.name, false, failures);
    }
    return steps;
  }

  async drift(): Promise<readonly Drift[]> {
    const found: Drift[] = [];
    await this.stack.previewRefresh({
      onEvent: (event) => found.push(...driftIn(event)),
    });
    return found;
  }

  async history(): Promise<readonly FormerUpdate[]> {
    const updates = await this.stack.history(20);
    const { project } = this.settings();
    return updates
      .filter(({ kind, result }) => kind === "update" && result === "succeeded")
      .map(({ startTime, config }) => ({
        at: startTime,
        models: modelsOf(config[`${project}:endpoints`]?.value),
        config: Object.fromEntries(
          Object.entries(config).flatMap(([key, { value, secret }]) =>
            secret === true ? [] : [[key, value]],
          ),
        ),
      }));
  }

  /** The repository's policy pack, with the settings of the stack's environment. */
  private policies(): PolicyOptions {
    if (this.directory !== REPOSITORY) {
      return {};
    }
    const { file } = choosePolicyConfiguration(POLICY_PACK, this.settings());
    return withPack(POLICY_PACK, file);
  }
}

/**
 * Opens a stack in Pulumi's backend.
 *
 * @param directory - the Pulumi project's.
 * @throws UserError where `pulumi` is not on PATH, or the backend has no such stack
 */
export async function openPulumiStack(
  name: string,
  directory: string = REPOSITORY,
): Promise<PulumiStack> {
  if (spawnSync("pulumi", ["version"]).status !== 0) {
    throw new UserError(
      "pulumi is not on PATH: install the Pulumi CLI (https://www.pulumi.com/docs/install/) and log in (pulumi login), " +
        "or try the stack without AWS in kennel sandbox.",
    );
  }
  try {
    const stack = await LocalWorkspace.selectStack({ stackName: name, workDir: directory });
    return new PulumiStack(stack, directory);
  } catch (error) {
    throw explain(error, name, false, []);
  }
}

function withPack(pack: string, config: string | undefined): PolicyOptions {
  return {
    policyPacks: [pack],
    ...(config !== undefined && { policyPackConfigs: [config] }),
  };
}

function explain(
  error: unknown,
  name: string,
  isAborted: boolean,
  failures: readonly string[],
): Error {
  if (error instanceof StackNotFoundError) {
    return new UserError(
      `Pulumi's backend has no stack ${name}: run pulumi stack init ${name}, then pulumi up --stack ${name}.`,
    );
  }
  if (error instanceof ConcurrentUpdateError) {
    return new UpdateInProgress(
      `another update of the stack ${name} is running: wait until it has ended, then run the same command. ` +
        `If it was killed, pulumi cancel --stack ${name} releases it.`,
    );
  }
  if (isAborted) {
    return new UpdateInterrupted("the update was stopped: what was under way is done.");
  }
  const { message } = error as Error;
  return new Refusal(failures.length > 0 ? failures.join("\n") : message);
}

function failureOf({ diagnosticEvent, policyEvent }: EngineEvent): string[] {
  return diagnosticEvent?.severity === "error"
    ? [diagnosticEvent.message.trim()]
    : policyEvent?.enforcementLevel === "mandatory"
      ? [`${policyEvent.policyName}: ${policyEvent.message.trim()}`]
      : [];
}

/** A step that does something, without values: a state may hold what nobody should read in a comment. */
function stepOf({ resourcePreEvent }: EngineEvent): string[] {
  if (
    resourcePreEvent === undefined ||
    /^(same|read)$|-replace/.test(resourcePreEvent.metadata.op)
  ) {
    return [];
  }
  const { op, type, urn, keys, diffs, detailedDiff } = resourcePreEvent.metadata;
  const why = keys ?? diffs ?? Object.keys(detailedDiff ?? {});
  const reason = why.length > 0 ? ` (${why.join(", ")})` : "";
  return [`${op}: ${shortType(type)} ${nameOf(urn)}${reason}`];
}

function linesOf({ resOutputsEvent, diagnosticEvent }: EngineEvent): string[] {
  if (diagnosticEvent?.ephemeral !== true && diagnosticEvent?.severity === "warning") {
    return [diagnosticEvent.message.trim()];
  }
  const { op = "", type = "", urn = "" } = resOutputsEvent?.metadata ?? {};
  const change = CHANGES[op];
  return change === undefined ? [] : [changeLine(change, type, nameOf(urn))];
}

/**
 * What an event of a refresh says to be different, without values. A refresh lists every resource; what was found is in the
 * events of outputs alone, as the operation that would make the state follow.
 */
function driftIn({ resOutputsEvent }: EngineEvent): Drift[] {
  const { op, urn, type, old, new: now } = resOutputsEvent?.metadata ?? {};
  const found = (what: string): Drift[] => [{ type: type!, name: nameOf(urn!), what }];
  if (op === "delete") {
    return found("was deleted");
  }
  if (op !== "update") {
    return [];
  }
  const changed = [
    [old?.inputs, now?.inputs],
    [old?.outputs, now?.outputs],
  ].flatMap(([before = {}, after = {}]) => differences(before, after));
  return found(`is different: ${[...new Set(changed)].join(", ")}`);
}

function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}

/** The models of a configuration's endpoints, as they were written. */
function modelsOf(endpoints: string | undefined): Record<string, string> {
  const written = JSON.parse(endpoints ?? "{}") as Record<string, { model?: string } | null>;
  return Object.fromEntries(
    Object.entries(written).flatMap(([name, value]) =>
      value?.model === undefined ? [] : [[name, value.model]],
    ),
  );
}
