import type { Argument, CommandUnknownOpts, Option } from "@commander-js/extra-typings";

/** A word that may stand at the cursor, with what it means. */
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
 * What completes the last of `words`; undefined where names of files do.
 *
 * @param words - what stands behind `kennel`, up to the cursor; the last is the word that is being typed, often empty.
 */
export function candidates(
  program: CommandUnknownOpts,
  words: readonly string[],
  names: Names,
): readonly Candidate[] | undefined {
  // bash makes a word of each `=`.
  const typed = words.map((word) => (word === "=" ? "" : word));
  const before = typed.slice(0, -1).filter((word) => word !== "");
  const current = typed.at(-1) ?? "";
  const { command, open, given, stack } = read(program, before);
  const [, flag, value = current] = /^(--[^=]+)=(.*)$/.exec(current) ?? [];
  const found = (): readonly Candidate[] | undefined => {
    if (flag !== undefined) {
      const option = optionOf(command, flag);
      return option === undefined ? [] : valuesOf(option, names);
    }
    if (current.startsWith("-")) {
      return optionsOf(command);
    }
    if (open !== undefined) {
      return valuesOf(open, names, stack);
    }
    const commands = command.createHelp().visibleCommands(command);
    if (commands.length > 0) {
      return commands.map((each) => ({ word: each.name(), description: each.description() }));
    }
    const places = command.registeredArguments;
    const place = places[given] ?? places.findLast(({ variadic }) => variadic);
    return place === undefined ? [] : valuesOf(place, names, stack);
  };
  const prefix = flag === undefined ? "" : `${flag}=`;
  return found()
    ?.filter(({ word }) => word.startsWith(value))
    .map(({ word, description }) => ({ word: prefix + word, description }));
}

/** Follows the words that are there: to a command, the option whose value comes next, and the number of its arguments. */
function read(
  program: CommandUnknownOpts,
  words: readonly string[],
): {
  readonly command: CommandUnknownOpts;
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

function optionOf(command: CommandUnknownOpts, flag: string): Option | undefined {
  return command.options.find(({ long, short }) => flag === long || flag === short);
}

function optionsOf(command: CommandUnknownOpts): Candidate[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .map(({ long, short, description }) => ({ word: long ?? short ?? "", description }));
}

function valuesOf(place: Place, names: Names, stack?: string): readonly Candidate[] | undefined {
  const name = "flags" in place ? (/[<[]([\w-]+)/.exec(place.flags)?.[1] ?? "") : place.name();
  const words =
    place.argChoices ??
    (place.name() === "stack"
      ? names.stacks()
      : name === "endpoint"
        ? names.endpoints(stack)
        : FILE_PLACES.test(name)
          ? undefined
          : []);
  return words?.map((word) => ({ word, description: "" }));
}
