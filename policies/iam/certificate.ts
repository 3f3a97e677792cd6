import { readDocument } from "./document";
import { MOST_STEPS_OF_COMPARISON, withEffort } from "./effort";
import { boxOf, Region, testsOf, type Scope, type Test } from "./requests";

/**
 * Why no request is allowed by one document and not by another: values that stand for all that requests may have, so that every
 * request is decided as one of their combinations is. `certificate-check.ts` verifies it without the algebra.
 */
export interface Certificate {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** By key in lower case; null: the key is absent. */
  readonly context: Readonly<Record<string, readonly (string | readonly string[] | null)[]>>;
}

/**
 * The classes of requests that two documents tell apart, as far as principals make no difference. Costly, and so made on request only.
 *
 * @throws TooComplex where that takes too many steps
 */
export function certify(older: unknown, newer: unknown): Certificate {
  const statements = [older, newer].flatMap((each) => readDocument(each).statements);
  const tests = statements.flatMap((statement) => testsOf(boxOf(statement)));
  const scope: Scope = { principals: [], domainOf: () => ({ mayLack: true }) };
  const classes = (of: (test: Test) => boolean): Region[] =>
    tests
      .filter(of)
      .reduce<Region[]>(
        (regions, test) =>
          regions.flatMap((region) =>
            [region.and(test, true), region.and(test, false)].filter((each) => each !== undefined),
          ),
        [Region.all(scope)],
      );
  const keys = new Set(statements.flatMap(({ conditions }) => conditions.map(({ key }) => key)));
  return withEffort(
    () => ({
      actions: classes(({ of }) => of === "action").map(({ point }) => point.action!),
      resources: classes(({ of }) => of === "resource").map(({ point }) => point.resource ?? "*"),
      context: Object.fromEntries(
        [...keys].map((key) => [
          key,
          classes((test) => test.of === "key" && test.condition.key === key).map(
            ({ point }) => point.context.get(key) ?? null,
          ),
        ]),
      ),
    }),
    MOST_STEPS_OF_COMPARISON,
  );
}
