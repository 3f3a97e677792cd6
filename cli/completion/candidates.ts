import type { Argument, CommandUnknownOpts, Option } from "@commander-js/extra-typings";

import { endpointNames, stackNames } from "./names";

const FILE_PLACES = /^(file|folder|input|old|new|photo)/;

/**
 * What completes the last of `words`, each word with a tab and what it means; undefined where names of files do.
 *
 * @param words - what stands behind `kennel`, up to the cursor; the last is the word that is being typed, often empty.
 * @param project - the folder whose stacks and endpoints are meant.
 */
export function candidates(
  program: CommandUnknownOpts,
  words: readonly string[],
  project: string,
): string[] | undefined {
  const prefix = /^--[^=]+=/.exec(words.at(-1) ?? "")?.[0] ?? "";
  // `--stack=dev` is a flag and its value; bash makes a word of the `=`, too.
  const typed = words.flatMap((word) => /^(--[^=]+)=(.*)$/.exec(word)?.slice(1) ?? word);
  const current = typed.pop()?.replace(/^=$/, "") ?? "";
  const { command, place, stack } = read(
    program,
    typed.filter((word) => word !== "" && word !== "="),
  );
  const help = command.createHelp();
  const all = current.startsWith("-")
    ? help.visibleOptions(command).map((each) => [each.long ?? each.short!, each.description])
    : place === undefined
      ? help.visibleCommands(command).map((each) => [each.name(), each.description()])
      : valuesOf(place, project, stack)?.map((value) => [value]);
  return all
    ?.filter(([word]) => word!.startsWith(current))
    .map(([word, description = ""]) => `${prefix}${word}\t${description}`);
}

/** Follows the words that are there: to a command, and to the option or argument whose value comes next. */
function read(
  program: CommandUnknownOpts,
  words: readonly string[],
): {
  readonly command: CommandUnknownOpts;
  readonly place: Option | Argument | undefined;
  readonly stack: string | undefined;
} {
  let command = program;
  let open: Option | undefined;
  let given = 0;
  let stack: string | undefined;
  for (const word of words) {
    if (word.startsWith("-")) {
      const option = command.options.find(({ long, short }) => word === long || word === short);
      open = option?.required === true || option?.optional === true ? option : undefined;
    } else if (open !== undefined) {
      stack = open.name() === "stack" ? word : stack;
      open = open.variadic ? open : undefined;
    } else {
      const next = command.commands.find((each) => each.name() === word);
      given = next === undefined ? given + 1 : 0;
      command = next ?? command;
    }
  }
  const places = command.registeredArguments;
  const place = open ?? places[given] ?? places.findLast(({ variadic }) => variadic);
  return { command, place, stack };
}

/** The values of an option or an argument that are known. */
function valuesOf(
  place: Option | Argument,
  project: string,
  stack?: string,
): readonly string[] | undefined {
  if (place.argChoices !== undefined) {
    return place.argChoices;
  }
  const name = "flags" in place ? (/[<[]([\w-]+)/.exec(place.flags)?.[1] ?? "") : place.name();
  if (place.name().endsWith("stack")) {
    return stackNames(project);
  }
  if (name === "endpoint") {
    return endpointNames(project, stack);
  }
  return FILE_PLACES.test(name) ? undefined : [];
}
