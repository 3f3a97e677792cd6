import { nearestSpelling } from "../packages/aws-facts/nearest-spelling";
import type { Rule } from "./rule";

/** Policies that the framework adds to the rules. */
const FRAMEWORK = new Map<string, readonly string[]>([
  ["all", []],
  ["exemptions", ["file"]],
  ["stale-exemptions", []],
  ["values-not-known-yet", []],
]);

/**
 * What is wrong with a policy configuration: rules and settings that do not exist, each with what was probably meant.
 *
 * @param configured the names of the settings given, by rule
 */
export function configurationProblems(
  rules: readonly Rule[],
  configured: ReadonlyMap<string, readonly string[]>,
): string[] {
  const known = new Map([
    ...FRAMEWORK,
    ...rules.map(({ name, config = {} }) => [name, Object.keys(config)] as const),
  ]);
  return [...configured].flatMap(([name, settings]) => {
    const allowed = known.get(name);
    if (allowed === undefined) {
      return [`there is no rule ${JSON.stringify(name)}${suggestion(name, [...known.keys()])}`];
    }
    return settings
      .filter((setting) => !allowed.includes(setting))
      .map(
        (setting) =>
          `the rule ${name} has no setting ${JSON.stringify(setting)}${suggestion(setting, allowed)}. ` +
          `Settings: ${["enforcementLevel", ...allowed].join(", ")}`,
      );
  });
}

function suggestion(word: string, candidates: readonly string[]): string {
  const meant = nearestSpelling(word, candidates);
  return meant === undefined ? "" : `; did you mean ${meant}?`;
}
