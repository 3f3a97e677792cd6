import { ActionSet } from "./actions";
import { anyone } from "./audience";
import type { Statement } from "./document";
import { TooComplex, withEffort } from "./effort";
import { placesOf, resourceAt } from "./places";
import { candidatesFor } from "./principals";
import { boxOf, escape, Region, resourcesIn, testsOf } from "./requests";
import { domain } from "./words";

/**
 * Whether the statements of a resource's policy deny every request without TLS: for everybody, every action of the service.
 *
 * @param service prefix of the actions, such as `s3`
 * @param resources ARN templates with `${Partition}`, `${Region}` and `${Account}` for what is not known, for which what the
 *   statements name counts, and `[*]` for any text
 */
export function deniesPlainHttp(
  statements: readonly Statement[],
  service: string,
  ...resources: readonly string[]
): boolean {
  const denials = statements.filter(
    ({ effect, actionsUnknown, resources: named }) =>
      effect === "Deny" && !actionsUnknown && named?.unknown !== true,
  );
  const others = anyone(Date.now());
  const scope = {
    ...others,
    principals: candidatesFor(denials.flatMap(({ principals }) => principals ?? [])),
    domainOf: (key: string) =>
      key === "aws:securetransport"
        ? { mayLack: false, among: [domain("false")] }
        : others.domainOf(key),
  };
  const wanted = { of: "action", actions: new ActionSet([`${service}:*`]) } as const;
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
