import { createInterface } from "node:readline/promises";

import { partitionOf } from "../../packages/aws-facts/partitions";
import { UserError } from "../output/failure";

/** What a new project is made from. */
export interface ProjectSettings {
  /** Name of the Pulumi project. */
  readonly name: string;
  /** AWS region. */
  readonly region: string;
  /** Address that alarms are mailed to; without an address, there are no alarms. */
  readonly email?: string | undefined;
}

/** One setting: how it is asked for, and what it is without an answer. */
interface Question {
  readonly text: string;
  readonly fallback: string;
  readonly isAllowed: (value: string) => boolean;
  /** Continues "is not". */
  readonly expected: string;
}

/**
 * Completes and checks a new project's settings.
 *
 * @param given what options say; what is missing is asked for
 * @param folder the project's folder, after which it is named
 * @param asks whether somebody is there to answer; otherwise the defaults hold
 * @throws UserError naming the option whose value is wrong
 */
export async function completeSettings(
  given: Partial<ProjectSettings>,
  folder: string,
  asks: boolean,
): Promise<ProjectSettings> {
  const all = questions(folder);
  const terminal = asks
    ? createInterface({ input: process.stdin, output: process.stderr })
    : undefined;
  const answer = async (name: keyof ProjectSettings, value?: string): Promise<string> => {
    const { text, fallback, isAllowed, expected } = all[name];
    const answered = value ?? (await terminal?.question(`${text} [${fallback || "none"}]: `));
    const chosen = answered?.trim() || fallback;
    if (isAllowed(chosen)) {
      return chosen;
    }
    const message = `--${name} is ${JSON.stringify(chosen)}, which is not ${expected}.`;
    if (terminal === undefined || value !== undefined) {
      throw new UserError(message);
    }
    console.error(message);
    return answer(name);
  };
  try {
    return {
      name: await answer("name", given.name),
      region: await answer("region", given.region),
      email: (await answer("email", given.email)) || undefined,
    };
  } finally {
    terminal?.close();
  }
}

const PROJECT_NAME = /^[a-z][a-z0-9-]{0,39}$/;

function questions(folder: string): Record<keyof ProjectSettings, Question> {
  const named = folder.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return {
    name: {
      text: "Name of the project",
      fallback: PROJECT_NAME.test(named) ? named : "classifier",
      isAllowed: (value) => PROJECT_NAME.test(value),
      expected:
        "a project name: 1 to 40 lower-case letters, digits and hyphens, a letter first, such as dogs",
    },
    region: {
      text: "AWS region",
      fallback: process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"] ?? "us-east-1",
      isAllowed: (value) => partitionOf(value) !== undefined,
      expected: "an AWS region, such as us-east-1",
    },
    email: {
      text: "E-mail address for alarms",
      fallback: "",
      isAllowed: (value) => value === "" || /^[^\s@"]+@[^\s@".]+(\.[^\s@".]+)+$/.test(value),
      expected: "an e-mail address, such as team@example.com",
    },
  };
}
