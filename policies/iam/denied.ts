import { ActionSet } from "./actions";
import { anyone } from "./audience";
import type { Statement } from "./document";
import { TooComplex, withEffort } from "./effort";
import { placesOf, resourceAt } from "./places";
import { candidatesFor } from "./principals";
import { boxOf, escape, Region, resourcesIn, testsOf } from "./requests";
import { domain } from "./words";

/**
 * Whether Deny statements take in every request of anybody for some actions on some resources whose context has a value, such as
 * every request without TLS. Where a resource's partition, region or account is not known, those that the statements name count.
 *
 * @param resources ARN templates
 */
export function deniesWithout(
  statements: readonly Statement[],
  actions: string,
  resources: readonly string[],
  [key, value]: readonly [key: string, value: string],
): boolean {
  const denials = statements.filter(
    ({ effect, actionsUnknown, resources: named }) =>
      effect === "Deny" && !actionsUnknown && named?.unknown !== true,
  );
  const others = anyone(Date.now());
  const scope = {
    ...others,
    principals: candidatesFor(denials.flatMap(({ principals }) => principals ?? [])),
    domainOf: (name: string) =>
      name === key ? { mayLack: false, among: [domain(value)] } : others.domainOf(name),
  };
  const wanted = { of: "action", actions: new ActionSet([actions], false) } as const;
  const boxes = denials
    .filter(({ principals }) => principals !== undefined)
    .map((each) => testsOf(boxOf(each)));
  try {
    return withEffort(() =>
      placesOf(denials).some((place) => {
        const named = resourcesIn(...resources.map((each) => resourceAt(place, each)));
        const region = Region.all(scope).within([wanted, named]);
        return region !== undefined && escape(region, boxes) === undefined;
      }),
    );
  } catch (error) {
    if (error instanceof TooComplex) {
      return false;
    }
    throw error;
  }
}
