import {
  type CommandInvocationStatus,
  GetCommandInvocationCommand,
  SendCommandCommand,
  type SSMClient,
} from "@aws-sdk/client-ssm";

import type { TrainerHost } from "./trainer-host";

/** Systems Manager ends a command after so long at most. */
const LONGEST_RUN_SECONDS = 48 * 3600;
/** A command that the trainer's agent does not take within this time has failed. */
const LONGEST_DELIVERY_SECONDS = 10 * 60;
/** A trainer that boots for the first time installs its commands only after Systems Manager reaches it. */
const INSTALLING_LOOKS = 60;

/** While a command is in one of these, it goes on. */
export const RUNNING: ReadonlySet<CommandInvocationStatus> = new Set([
  "Pending",
  "InProgress",
  "Delayed",
  "Cancelling",
]);

/** The shell commands that train. */
export function trainerCommand(
  kind: "training" | "tuning",
  options: readonly string[],
  commit: string | undefined,
): string[] {
  const program = kind === "training" ? "train.py" : "tune.py";
  const environment = [
    `KENNEL_PROGRAM=${program}`,
    ...(commit === undefined ? [] : [`KENNEL_COMMIT=${commit}`]),
  ];
  const train = "/usr/local/bin/kennel-train";
  return [
    // What kennel-train calls is there as well.
    "export PATH=/usr/local/sbin:/usr/local/bin:$PATH",
    `for look in $(seq ${INSTALLING_LOOKS}); do [ -x ${train} ] && break; sleep 10; done`,
    `${environment.join(" ")} ${train} ${options.map(quote).join(" ")}`,
  ];
}

function quote(word: string): string {
  return /^[\w.,:=/-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Sends the commands to a trainer; returns their id. */
export async function sendCommand(
  ssm: SSMClient,
  { instanceId }: TrainerHost,
  commands: readonly string[],
): Promise<string> {
  const { Command } = await ssm.send(
    new SendCommandCommand({
      DocumentName: "AWS-RunShellScript",
      InstanceIds: [instanceId],
      TimeoutSeconds: LONGEST_DELIVERY_SECONDS,
      Parameters: { commands: [...commands], executionTimeout: [String(LONGEST_RUN_SECONDS)] },
    }),
  );
  return Command!.CommandId!;
}

/** What has become of them. */
export async function commandStatus(
  ssm: SSMClient,
  { instanceId }: TrainerHost,
  commandId: string,
): Promise<CommandInvocationStatus> {
  try {
    const { Status } = await ssm.send(
      new GetCommandInvocationCommand({ CommandId: commandId, InstanceId: instanceId }),
    );
    return Status ?? "Pending";
  } catch (error) {
    // Not known yet, right after it was sent.
    if ((error as Error).name === "InvocationDoesNotExist") {
      return "Pending";
    }
    throw error;
  }
}
