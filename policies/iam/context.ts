import { boundaries, networksOf } from "./addresses";
import { holds, numberOf, TIME_KEYS, timeOf, type Condition, type KeyValue } from "./condition";
import { domain, wordIn, type Language } from "./words";

/** A condition that is to hold, or is not to hold. */
export interface Demand {
  readonly condition: Condition;
  readonly holds: boolean;
}

/** What the requests in question may carry under a key. */
export interface KeyDomain {
  /** Whether a request may lack it. */
  readonly mayLack: boolean;
  /** The values; undefined: any. */
  readonly among?: readonly Language[];
  /** Values that none has. */
  readonly except?: Language | undefined;
}

/** The requests in question, as far as their context goes. */
export interface Setting {
  /** The time from which on they are made, in milliseconds since 1970; conditions on time may be judged for any time before it
   *  where it is undefined. */
  readonly now?: number;
  readonly domainOf: (key: string) => KeyDomain;
}

const NOT_EMPTY = domain("[*+]");

/**
 * The values of one key that meet all demands: exact for texts, and for numbers, dates and addresses, where every distinction
 * lies at a bound that a condition names.
 *
 * @param demands all of the same key
 * @returns undefined where there are none
 */
export function valueOf(
  demands: readonly Demand[],
  key: string,
  setting: Setting,
): { readonly value: KeyValue } | undefined {
  const now = setting.now ?? 0;
  const { mayLack, among } = setting.domainOf(key);
  const known = demands.filter(({ condition }) => condition.values !== undefined);
  const meets = (value: KeyValue): boolean =>
    known.every((each) => holds(each.condition, value, now) === each.holds);
  if (mayLack && meets(undefined)) {
    return { value: undefined };
  }
  const tests = known.filter(({ condition }) => condition.test.type !== "null");
  if (!meetsNull(known)) {
    return undefined;
  }
  // Of several values, each must meet these …
  const each = tests.filter(({ condition: { quantifier }, holds: wanted }) =>
    quantifier === undefined ? true : (quantifier === "all") === wanted,
  );
  // … and for each of these, one must.
  const some = tests.filter((demand) => !each.includes(demand));
  const isSingle =
    some.length === 0 || tests.some(({ condition }) => condition.quantifier === undefined);
  const sets = isSingle ? [tests] : some.map((one) => [...each, one]);
  for (const template of among ?? [undefined]) {
    const values = sets.map((set) => oneValue(set, key, template, setting));
    const found = values.filter((value) => value !== undefined);
    if (found.length === values.length) {
      const distinct = [...new Set(found)];
      return { value: isSingle ? distinct[0] : distinct };
    }
  }
  return undefined;
}

function meetsNull(demands: readonly Demand[]): boolean {
  return demands.every(
    ({ condition, holds: wanted }) =>
      condition.test.type !== "null" || holds(condition, "x", 0) === wanted,
  );
}

function oneValue(
  demands: readonly Demand[],
  key: string,
  template: Language | undefined,
  setting: Setting,
): string | undefined {
  const now = setting.now ?? 0;
  const words = demands.filter(({ condition }) => condition.test.type === "string");
  const others = demands.filter(({ condition }) => condition.test.type !== "string");
  // Of one value, "for any" and "for all" ask the same.
  const meets = ({ condition: { test }, holds: wanted }: Demand, value: string): boolean =>
    (test.matches(value, now) !== test.negated) === wanted;
  if (others.length > 0 && template === undefined) {
    return candidates(others, key, setting).find((value) =>
      demands.every((each) => meets(each, value)),
    );
  }
  const isIn = ({ condition: { test }, holds: wanted }: Demand): boolean => test.negated !== wanted;
  const ins = words.filter(isIn).map(({ condition }) => condition.test.language!);
  const outs = words.filter((each) => !isIn(each)).map(({ condition }) => condition.test.language!);
  const { except } = setting.domainOf(key);
  ins.push(...(template === undefined ? [] : [template]));
  outs.push(...(except === undefined ? [] : [except]));
  const value = wordIn([...ins, NOT_EMPTY], outs);
  return value !== undefined && others.every((each) => meets(each, value)) ? value : undefined;
}

/** Values on both sides of every bound that the conditions name. */
function candidates(demands: readonly Demand[], key: string, { now }: Setting): string[] {
  const isTime = TIME_KEYS.has(key) && now !== undefined;
  return demands.flatMap(({ condition: { test, values } }) => {
    switch (test.type) {
      case "bool":
        return ["true", "false"];
      case "address":
        return ["203.0.113.7", "2001:db8::7", ...boundaries(networksOf(values!))];
      case "date":
        return around(values!.map(timeOf), 1000, isTime ? now : undefined).map((time) =>
          new Date(time).toISOString(),
        );
      default:
        return around(values!.map(numberOf), 1, isTime ? now / 1000 : undefined).map(String);
    }
  });
}

/** The bounds, their neighbours and what lies between two of them. */
function around(bounds: readonly number[], step: number, from: number | undefined): number[] {
  const known = bounds.filter((bound) => !Number.isNaN(bound) && Math.abs(bound) < 8e15);
  const sorted = [...known].sort((one, other) => one - other);
  const between = sorted.slice(1).map((bound, index) => (bound + sorted[index]!) / 2);
  const values = [...sorted.flatMap((bound) => [bound, bound - step, bound + step]), ...between];
  return [...(from === undefined ? [0] : [from]), ...values].filter(
    (value) => from === undefined || value >= from,
  );
}
