import type { Argument, Command, Option } from "commander";

/** What may stand at the cursor: words with what they mean, or names of files. */
export type Candidates = "files" | readonly Candidate[];

export interface Candidate {
  readonly word: string;
  readonly description: string;
}

/** Names that only this folder knows. */
export interface Names {
  readonly stacks: () => readonly string[];
  readonly endpoints: (stack: string | undefined) => readonly string[];
}

/** An option or an argument that takes a value. */
type Place = Option | Argument;

const FILE_PLACES = /^(file|folder|input|old|new|photo)/;

/**
 * What completes the last of `words`.
 *
 * @param words - what stands behind `kennel`, up to the cursor; the last is the word that is being typed, often empty.
 */
export function candidates(program: Command, words: readonly string[], names: Names): Candidates {
  // bash makes a word of each `=`.
  const typed = words.map((word) => (word === "=" ? "" : word));
  const before = typed.slice(0, -1).filter((word) => word !== "");
  const current = typed.at(-1) ?? "";
  const { command, open, given, stack } = read(program, before);
  const assigned = /^(--[^=]+=)(.*)$/.exec(current);
  if (assigned !== null) {
    const [, flag = "", value = ""] = assigned;
    const option = optionOf(command, flag.slice(0, -1));
    return option === undefined ? [] : prefixed(flag, matching(valuesOf(option, names), value));
  }
  if (open !== undefined && (open.required || open.optional) && !current.startsWith("-")) {
    return matching(valuesOf(open, names, stack), current);
  }
  if (current.startsWith("-")) {
    return matching(optionsOf(command), current);
  }
  const commands = command.createHelp().visibleCommands(command);
  if (commands.length > 0) {
    return matching(
      commands.map((each) => ({ word: each.name(), description: each.description() })),
      current,
    );
  }
  const places = command.registeredArguments;
  const place = places[given] ?? (places.at(-1)?.variadic === true ? places.at(-1) : undefined);
  return place === undefined ? [] : matching(valuesOf(place, names, stack), current);
}

/** Follows the words that are there: to a command, the option whose value comes next, and the number of its arguments. */
function read(
  program: Command,
  words: readonly string[],
): {
  readonly command: Command;
  readonly open: Option | undefined;
  readonly given: number;
  readonly stack: string | undefined;
} {
  let command = program;
  let open: Option | undefined;
  let given = 0;
  let stack: string | undefined;
  for (const word of words) {
    if (word.startsWith("-")) {
      const [flag = "", value] = word.split("=");
      const option = optionOf(command, flag);
      open = value === undefined && option?.isBoolean() === false ? option : undefined;
      stack = option?.name() === "stack" ? value : stack;
    } else if (open !== undefined) {
      stack = open.name() === "stack" ? word : stack;
      open = open.variadic ? open : undefined;
    } else {
      const next = command.commands.find((each) => each.name() === word);
      given = next === undefined ? given + 1 : 0;
      command = next ?? command;
    }
  }
  return { command, open, given, stack };
}

function optionOf(command: Command, flag: string): Option | undefined {
  return command.options.find(({ long, short }) => flag === long || flag === short);
}

function optionsOf(command: Command): Candidate[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .map(({ long, short, description }) => ({ word: long ?? short ?? "", description }));
}

function valuesOf(place: Place, names: Names, stack?: string): Candidates {
  const words = (values: readonly string[]) => values.map((word) => ({ word, description: "" }));
  const name = "flags" in place ? (/[<[]([\w-]+)/.exec(place.flags)?.[1] ?? "") : place.name();
  if (place.argChoices !== undefined) {
    return words(place.argChoices);
  }
  if (place.name() === "stack") {
    return words(names.stacks());
  }
  if (name === "endpoint") {
    return words(names.endpoints(stack));
  }
  return FILE_PLACES.test(name) ? "files" : [];
}

function matching(found: Candidates, start: string): Candidates {
  return found === "files" ? found : found.filter(({ word }) => word.startsWith(start));
}

function prefixed(start: string, found: Candidates): Candidates {
  return found === "files"
    ? found
    : found.map(({ word, description }) => ({ word: start + word, description }));
}
