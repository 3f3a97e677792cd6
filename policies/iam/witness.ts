import type { KeyValue } from "./condition";
import type { Statement } from "./document";
import type { Request } from "./evaluate";
import type { Point } from "./requests";
import { fillVariables } from "./patterns";

/** Single characters that the value of a policy variable may be. */
const VALUES = [..."xqzjkvwyXQZJKVWYupbgfdhmlcntirsoae0123456789"];

/** A point as a request that can be sent: variables get values, keys the spelling of the statements. */
export function requestAt(point: Point, statements: readonly Statement[]): Request {
  const context = new Map<string, KeyValue>(point.context);
  const spelling = new Map(
    statements.flatMap(({ conditions }) =>
      conditions.map(({ key, writtenKey }) => [key, writtenKey]),
    ),
  );
  const valueOf = (variable: string): string => {
    const key = variable.split(",")[0]!.trim();
    const known = context.get(key);
    const value = typeof known === "string" ? known : (known?.[0] ?? unusedIn(statements));
    context.set(key, known ?? value);
    return value;
  };
  const filled = (value: KeyValue): KeyValue =>
    typeof value === "string"
      ? fillVariables(value, valueOf)
      : value?.map((each) => fillVariables(each, valueOf));
  const resource = fillVariables(point.resource ?? "*", valueOf);
  for (const [key, value] of [...context]) {
    context.set(key, filled(value));
  }
  const { principal } = point;
  return {
    ...(principal === undefined ? {} : { principal: { [principal.kind]: principal.value } }),
    action: point.action!,
    resource,
    context: Object.fromEntries(
      [...context].flatMap(([key, value]) =>
        value === undefined ? [] : [[spelling.get(key) ?? key, value]],
      ),
    ),
  };
}

function unusedIn(statements: readonly Statement[]): string {
  const used = new Set(JSON.stringify(statements.map(({ written }) => written)));
  return VALUES.find((each) => !used.has(each)) ?? "é";
}
