import * as state from "@pulumi/pulumi/runtime/state";

import { runStack } from "../../../infra/offline/program";
import { recordRun, type Answers, type Registration } from "../../../infra/offline/registrations";
import { offlineMocks } from "../../preview/evaluate-stack";
import type { StackSettings } from "../../preview/stack-file";
import type { ResourceState } from "./state";

/** What the program meets instead of Pulumi's engine. */
export interface ProgramHost {
  /** Answers for resources that AWS has; those of other kinds are not asked for. */
  readonly register: (registration: Registration) => Promise<Pick<ResourceState, "id" | "outputs">>;
  readonly isInAws: (type: string) => boolean;
  /** The inputs of the AWS provider. */
  readonly onProvider: (inputs: Readonly<Record<string, unknown>>) => void;
  /** Takes what the program says. */
  readonly tell: (line: string) => void;
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
    const answers: Answers = {
      call: (args) => offline.call(args),
      newResource: async (args, registration) => {
        if (registration !== undefined && args.type === "pulumi:providers:aws") {
          host.onProvider(registration.inputs);
        }
        if (registration === undefined || !host.isInAws(args.type)) {
          return offline.newResource(args);
        }
        const { id, outputs } = await host.register(registration);
        return { id, state: { ...(args.inputs as Record<string, unknown>), ...outputs } };
      },
    };
    const { result } = await recordRun(settings, answers, () => {
      getStore().settings.engine = engine(host.tell);
      return runStack(program);
    });
    return result;
  });
}

/** The part of Pulumi's engine that a program talks to. */
function engine(tell: ProgramHost["tell"]): object {
  return {
    log: (request: LogRequest, callback: (error: null, answer: object) => void) => {
      // Zero is for debugging.
      if (request.getSeverity() > 0) {
        tell(request.getMessage());
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
