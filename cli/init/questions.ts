import { createInterface } from "node:readline/promises";

import { partitionOf } from "../../packages/aws-facts/partitions";
import { UserError } from "../output/failure";
import type { ProjectSettings } from "./project-files";

/** One setting: how it is asked for, what it is without an answer, and what is wrong with an answer. */
interface Question {
  readonly option: string;
  readonly text: string;
  readonly fallback: string;
  /** Continues "VALUE". */
  readonly problem: (value: string) => string | undefined;
}

/** What `kennel init` was given; what is missing is asked for. */
export interface GivenSettings {
  readonly name?: string | undefined;
  readonly region?: string | undefined;
  readonly email?: string | undefined;
}

/**
 * Completes and checks a new project's settings.
 *
 * @param folder the project's folder, after which it is named
 * @param asks whether somebody is there to answer; otherwise the defaults hold
 * @throws UserError naming the option whose value is wrong
 */
export async function completeSettings(
  given: GivenSettings,
  folder: string,
  asks: boolean,
): Promise<ProjectSettings> {
  const { name, region, email } = questions(folder);
  const terminal = asks
    ? createInterface({ input: process.stdin, output: process.stderr })
    : undefined;
  const answer = async (question: Question, value?: string): Promise<string> => {
    const answered =
      value ?? (await terminal?.question(`${question.text} [${question.fallback || "none"}]: `));
    const chosen = answered?.trim() || question.fallback;
    const problem = question.problem(chosen);
    if (problem === undefined) {
      return chosen;
    }
    const message = `--${question.option} is ${JSON.stringify(chosen)}, which ${problem}`;
    if (terminal === undefined || value !== undefined) {
      throw new UserError(message);
    }
    console.error(message);
    return answer(question);
  };
  try {
    return {
      name: await answer(name, given.name),
      region: await answer(region, given.region),
      email: (await answer(email, given.email)) || undefined,
    };
  } finally {
    terminal?.close();
  }
}

const PROJECT_NAME = /^[a-z][a-z0-9-]{0,39}$/;

function questions(folder: string): Record<"name" | "region" | "email", Question> {
  const named = folder.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return {
    name: {
      option: "name",
      text: "Name of the project",
      fallback: PROJECT_NAME.test(named) ? named : "classifier",
      problem: (value) =>
        PROJECT_NAME.test(value)
          ? undefined
          : "is not a project name: 1 to 40 lower-case letters, digits and hyphens, a letter first, such as dogs.",
    },
    region: {
      option: "region",
      text: "AWS region",
      fallback: process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"] ?? "us-east-1",
      problem: (value) =>
        partitionOf(value) === undefined ? "is not an AWS region, such as us-east-1." : undefined,
    },
    email: {
      option: "email",
      text: "E-mail address for alarms",
      fallback: "",
      problem: (value) =>
        value === "" || /^[^\s@"]+@[^\s@".]+(\.[^\s@".]+)+$/.test(value)
          ? undefined
          : "is not an e-mail address, such as team@example.com.",
    },
  };
}
