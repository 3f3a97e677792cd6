import { boundaries, commonAddress, networksOf } from "./addresses";
import {
  holds,
  numberOf,
  TIME_KEYS,
  timeOf,
  type Condition,
  type KeyValue,
  type ValueTest,
} from "./condition";
import { TooComplex } from "./effort";
import { shortWord } from "./patterns";
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
  readonly among?: readonly Language[] | undefined;
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
  const texts = demands.filter(({ condition }) => condition.test.language !== undefined);
  const others = demands.filter(({ condition: { test } }) => BOUNDED.has(test.type));
  const networks = others
    .filter(({ condition }) => condition.test.type === "address")
    .flatMap(({ condition }) => networksOf(condition.values!));
  if (template !== undefined && networks.length > 0) {
    return commonAddress(networks, meetsAll);
  }
  const { except } = setting.domainOf(key);
  const ins = [...(template === undefined ? [] : [template]), NOT_EMPTY];
  const outs = except === undefined ? [] : [except];
  for (const { condition, holds: wanted } of texts) {
    (condition.test.negated !== wanted ? ins : outs).push(condition.test.language!);
  }
  if (template === undefined && others.length > 0) {
    const bounds = candidates(others, key, setting);
    const words = texts.length === 0 ? [] : [...bounds.map((each) => `${each}.0`), ...wordsOf(ins)];
    const found = [...bounds, ...words].find(meetsAll);
    const isListed = ins.some(({ patterns, fold }) => patterns.length === 0 && !fold);
    if (found === undefined && texts.length > 0 && !isListed) {
      throw new TooComplex(
        `conditions compare ${key} with texts and with numbers, dates or networks`,
      );
    }
    return found;
  }
  const value = wordIn(ins, outs);
  return value !== undefined && meetsAll(value) ? value : undefined;
}

/** Types of tests that tell values apart by bounds, not by patterns. */
const BOUNDED: ReadonlySet<ValueTest["type"]> = new Set(["number", "date", "address"]);
const FILLERS = ["", "0", "1", "7", "10", "99", "999", "0.0", "0.1", "0.0.1"];

/** Words of languages, some of which may be numbers, dates or addresses. */
function wordsOf(languages: readonly Language[]): string[] {
  const words = languages.flatMap(({ words: listed, patterns }) => [
    ...listed,
    ...patterns.flatMap((pattern) => FILLERS.map((filler) => shortWord(pattern, filler))),
  ]);
  return [...words, ...words.map((word) => word.toUpperCase())];
}

/** Values on both sides of every bound that the conditions name, and between each two. */
function candidates(demands: readonly Demand[], key: string, { now }: Setting): string[] {
  const of = (type: ValueTest["type"]): readonly string[] =>
    demands
      .filter(({ condition }) => condition.test.type === type)
      .flatMap(({ condition }) => condition.values!);
  const [numbers, dates, networks] = [of("number"), of("date"), networksOf(of("address"))];
  const from = TIME_KEYS.has(key) && now !== undefined ? now / 1000 : undefined;
  const bounds = [...numbers.map(numberOf), ...dates.map((date) => timeOf(date) / 1000)];
  const values = around(bounds, from);
  return [
    ...(networks.length === 0 ? [] : ["203.0.113.7", "2001:db8::7", ...boundaries(networks)]),
    ...(numbers.length === 0 ? [] : values.map(String)),
    ...(dates.length === 0
      ? []
      : values.map((seconds) => new Date(Math.round(seconds * 1000)).toISOString())),
  ];
}

/** As many seconds as a date can have; of numbers much larger not every neighbour is one. */
const LARGEST_BOUND = 8e12;

/** The bounds, their neighbours and what lies between two of them. */
function around(bounds: readonly number[], from = -Infinity): number[] {
  const known = bounds.filter((bound) => !Number.isNaN(bound));
  if (known.some((bound) => Math.abs(bound) > LARGEST_BOUND)) {
    throw new TooComplex("a condition has a number that is too large to be compared exactly");
  }
  const sorted = [...known].sort((one, other) => one - other);
  const between = sorted.slice(1).map((bound, index) => (bound + sorted[index]!) / 2);
  const values = [...sorted.flatMap((bound) => [bound, bound - 1, bound + 1]), ...between];
  return [from === -Infinity ? 0 : from, ...values].filter((value) => value >= from);
}
