import { explainAwsError } from "../aws/clients";
import { Refusal } from "../output/failure";
import { UpdateInProgress } from "../stack/stack";
import { goBack } from "./move-back";
import type { Plan } from "./plan";

/** A roll-out that has failed. */
export interface FailedRollOut extends Plan {
  /** The configuration file as it was before. */
  readonly text: string;
  readonly started: Date;
  /** Whether it is to be taken back. */
  readonly isWanted: boolean;
}

/**
 * Takes a failed roll-out back: the configuration file as it was, and the endpoint on the model that served before.
 *
 * @returns what has happened, in one message
 */
export async function takeBack(error: Error, failed: FailedRollOut): Promise<Refusal> {
  const { endpoint, stack, live, started, isWanted, formerUri } = failed;
  if (error instanceof UpdateInProgress) {
    failed.configuration.write(failed.text);
    return new UpdateInProgress(`${error.message} Nothing was changed.`);
  }
  const words = await live?.lastWords(started);
  const cause = [
    `${endpoint} was not promoted: ${explainAwsError(error).message}`,
    words === undefined ? undefined : `the containers' last words: ${words}`,
  ]
    .filter((line) => line !== undefined)
    .join("\n");
  if (!isWanted) {
    const command = `kennel rollback ${endpoint} --stack ${stack.name}`;
    return new Refusal(`${cause}\nNothing was taken back. Go back with: ${command}`);
  }
  try {
    return new Refusal(`${cause}\n${await restore(failed)}`);
  } catch (restoring) {
    const { message } = explainAwsError(restoring);
    return new Refusal(
      `${cause}\nTaking it back also failed: ${message}\n${
        formerUri === undefined
          ? "Correct the cause and run the same command."
          : `The configuration names the former model again. Go back to it with: kennel promote ${endpoint} --stack ${stack.name} --model ${formerUri}`
      }`,
    );
  }
}

async function restore(failed: FailedRollOut): Promise<string> {
  const { configuration, text, formerUri, live } = failed;
  configuration.write(text);
  const file = `${configuration.file.split("/").at(-1)} is as it was`;
  if (live === undefined || formerUri === undefined) {
    return `${file}; no model served before.`;
  }
  await live.settled();
  const served = await live.servedModel();
  if (served === formerUri) {
    // SageMaker has rolled back, and the state knows it.
    return `The former model serves, and ${file}.`;
  }
  const ringing = await goBack(failed, live, formerUri, served);
  const later =
    ringing.length > 0
      ? " Once the alarms are quiet, the next update of the stack goes on from there."
      : "";
  return `The former model serves, and ${file}.${later}`;
}
