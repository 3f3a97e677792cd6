import * as pulumi from "@pulumi/pulumi";
import type { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import * as state from "@pulumi/pulumi/runtime/state";

import { plainValue, resourceUrn, withoutReferences } from "../../preview/evaluate-program";
import { offlineMocks } from "../../preview/evaluate-stack";
import type { StackSettings } from "../../preview/stack-file";
import type { StackEvent } from "../stack";
import type { Registration } from "./engine";
import type { ResourceState } from "./state";

/** What the program meets instead of Pulumi's engine. */
export interface ProgramHost {
  /** Answers for resources that AWS has; those of other kinds are not asked for. */
  readonly register: (registration: Registration) => Promise<Pick<ResourceState, "id" | "outputs">>;
  readonly isInAws: (type: string) => boolean;
  /** The inputs of the AWS provider. */
  readonly onProvider: (inputs: Readonly<Record<string, unknown>>) => void;
  readonly onEvent: (event: StackEvent) => void;
}

/**
 * Runs a Pulumi program whose AWS resources are made by `host`. Once in a process: what the program has loaded stays.
 *
 * There is an engine as far as the program can tell, so that it looks at what runs in the account before an update and
 * after it, as it does under `pulumi up`.
 *
 * @returns the stack's outputs
 * @throws what the program throws
 */
export function runProgram(
  program: string,
  settings: StackSettings,
  host: ProgramHost,
): Promise<Record<string, unknown>> {
  const { getStore, withLocalStorage } = state as unknown as StateInternals;
  return withLocalStorage(async () => {
    const offline = offlineMocks(settings);
    const registrations = new Map<string, Omit<Registration, "type" | "name">>();
    const mocks: pulumi.runtime.Mocks = {
      call: (args) => offline.call(args),
      newResource: async (args) => {
        const { type, name } = args;
        const registration = registrations.get(`${type} ${name}`);
        if (registration === undefined || !host.isInAws(type)) {
          return offline.newResource(args);
        }
        const { id, outputs } = await host.register({ type, name, ...registration });
        return { id, state: { ...(args.inputs as Record<string, unknown>), ...outputs } };
      },
    };
    await pulumi.runtime.setMocks(mocks, settings.project, settings.stack, false);
    pulumi.runtime.setAllConfig({ ...settings.config }, [...settings.secretKeys]);
    getStore().settings.engine = engine(host.onEvent);
    const monitor = pulumi.runtime.getMonitor() as unknown as MonitorInternals;
    monitor.newUrn = resourceUrn;
    const registerResource = monitor.registerResource.bind(monitor);
    monitor.registerResource = (request, callback) => {
      const [type, name] = [request.getType(), request.getName()];
      const inputs = withoutReferences(request.getObject()?.toJavaScript() ?? {});
      if (type === "pulumi:providers:aws") {
        host.onProvider(inputs);
      }
      registrations.set(`${type} ${name}`, {
        urn: resourceUrn(request.getParent(), type, name),
        inputs,
        retainOnDelete: request.getRetainondelete(),
        deletedWith: request.getDeletedwith(),
        ignoreChanges: request.getIgnorechangesList(),
      });
      return registerResource(request, callback);
    };
    const outputs = await pulumi.runtime.runInPulumiStack(() => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- a Pulumi program is loaded by its path
      return Promise.resolve(require(program) as Record<string, unknown>);
    });
    await pulumi.runtime.disconnect();
    return (await plainValue(outputs)) as Record<string, unknown>;
  });
}

const WARNING = 2;

/** The part of Pulumi's engine that a program talks to. */
function engine(onEvent: ProgramHost["onEvent"]): object {
  return {
    log: (request: LogRequest, callback: (error: null, answer: object) => void) => {
      const severity = request.getSeverity();
      if (severity > 0) {
        const text = request.getMessage();
        onEvent({ kind: "message", severity: severity < WARNING ? "info" : "warning", text });
      }
      callback(null, {});
    },
    setRootResource: (_request: object, callback: (error: null, answer: object) => void) => {
      callback(null, {});
    },
  };
}

/** What the SDK keeps to itself: without a separate store, a program's engine can only be a server's address. */
interface StateInternals {
  getStore(): { readonly settings: { engine: unknown } };
  withLocalStorage<Result>(work: () => Promise<Result>): Promise<Result>;
}

interface LogRequest {
  getSeverity(): number;
  getMessage(): string;
}

interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getRetainondelete(): boolean;
  getDeletedwith(): string;
  getIgnorechangesList(): string[];
  getObject(): { toJavaScript(): Record<string, unknown> } | undefined;
}

type MonitorInternals = Omit<MockMonitor, "newUrn" | "registerResource"> & {
  newUrn: typeof resourceUrn;
  registerResource(request: RegisterRequest, callback: unknown): Promise<void>;
};
