import type { Statement } from "./document";
import { language, wordIn } from "./words";

const VARIABLE = /\$\{[^}*?$][^}]*\}/;

/**
 * Why it can't be decided what statements with policy variables allow together: a variable is taken for a text of its own, which
 * is exact unless another pattern spells out some of the texts that it may stand for.
 */
export function overlappingVariables(statements: readonly Statement[]): string[] {
  return isOverlapping(resourcePatterns(statements)) || hasComparedVariables(statements)
    ? ["a policy variable may stand for a text that another pattern spells out"]
    : [];
}

function resourcePatterns(statements: readonly Statement[]): string[] {
  return [
    ...new Set(
      statements
        .filter(({ variables }) => variables)
        .flatMap(({ resources }) => resources?.patterns ?? [])
        .map((pattern) => pattern.replace(/\$\{[^}]*\}/g, (name) => name.toLowerCase())),
    ),
  ];
}

function isOverlapping(patterns: readonly string[]): boolean {
  const named = patterns.filter((pattern) => VARIABLE.test(pattern));
  return named.some((pattern) => {
    const open = language([pattern.replace(new RegExp(VARIABLE, "g"), "*")], { wildcards: true });
    return patterns.some((other) => {
      if (other === pattern) {
        return false;
      }
      const words = language([other], { wildcards: true, variables: true });
      return wordIn([open, words], []) !== undefined && wordIn([open], [words]) !== undefined;
    });
  });
}

/** Whether a key is compared with a variable, and it or the variable's key with something else as well. */
function hasComparedVariables(statements: readonly Statement[]): boolean {
  const conditions = statements
    .filter(({ variables }) => variables)
    .flatMap((each) => each.conditions);
  return conditions.some(({ key, values }) => {
    const text = JSON.stringify(values);
    const variable = /\$\{([^}*?$,]+)/.exec(text)?.[1]?.trim().toLowerCase();
    return (
      variable !== undefined &&
      conditions.some(
        (other) =>
          (other.key === key && JSON.stringify(other.values) !== text) || other.key === variable,
      )
    );
  });
}
