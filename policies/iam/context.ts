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
  // Of several values, each must meet these …
  const each = known.filter(({ condition: { quantifier }, holds: wanted }) =>
    quantifier === undefined ? true : (quantifier === "all") === wanted,
  );
  // … and for each of these, one must.
  const some = known.filter((demand) => !each.includes(demand));
  const isSingle =
    some.length === 0 ||
    known.some(({ condition: { quantifier, test } }) => !quantifier && test.type !== "null");
  const sets = isSingle ? [known] : some.map((one) => [...each, one]);
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

function oneValue(
  demands: readonly Demand[],
  key: string,
  template: Language | undefined,
  setting: Setting,
): string | undefined {
  const now = setting.now ?? 0;
  // Of one value, "for any" and "for all" ask the same.
  const meetsAll = (value: string): boolean =>
    demands.every(
      ({ condition: { test }, holds: wanted }) =>
        (test.matches(value, now) !== test.negated) === wanted,
    );
  const bounds = template === undefined ? candidates(demands, key, setting) : [];
  if (bounds.length > 0) {
    return bounds.find(meetsAll);
  }
  const { except } = setting.domainOf(key);
  const ins = [...(template === undefined ? [] : [template]), NOT_EMPTY];
  const outs = except === undefined ? [] : [except];
  for (const { condition, holds: wanted } of demands) {
    const { language, negated } = condition.test;
    if (language !== undefined) {
      (negated !== wanted ? ins : outs).push(language);
    }
  }
  const value = wordIn(ins, outs);
  return value !== undefined && meetsAll(value) ? value : undefined;
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
      case "string":
      case "null":
        return [];
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
