import type { Policies } from "@pulumi/policy";
import { nearestSpelling } from "../packages/aws-facts/nearest-spelling";

/**
 * What is wrong with a policy configuration: rules and settings that do not exist, each with what was probably meant.
 *
 * @param configured the names of the settings given, by rule
 */
export function configurationProblems(
  policies: Policies,
  configured: ReadonlyMap<string, readonly string[]>,
): string[] {
  const settings = policies.map(
    ({ name, configSchema }) => [name, Object.keys(configSchema?.properties ?? {})] as const,
  );
  const known = new Map([["all", []], ...settings]);
  return [...configured].flatMap(([name, given]) => {
    const allowed = known.get(name);
    if (allowed === undefined) {
      return [`there is no rule ${JSON.stringify(name)}${suggestion(name, [...known.keys()])}`];
    }
    return given
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
