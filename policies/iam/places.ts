import type { Statement } from "./document";
import { MARK } from "./patterns";

/** Where a resource is: the parts of an ARN before its name. */
export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

const ELSEWHERE: Place = { partition: "aws", region: MARK, account: MARK };

/** The places that statements name, and one that none names: a permission on all that one account has counts as open. */
export function placesOf(statements: readonly Statement[]): Place[] {
  const places = new Map<string, Place>([["", ELSEWHERE]]);
  for (const { resources } of statements) {
    for (const pattern of resources?.negated === false ? resources.patterns : []) {
      const [, partition = "*", , region = "*", account = "*", ...rest] = pattern.split(":");
      const place = {
        partition: /[*?$]/.test(partition) ? "aws" : partition.toLowerCase(),
        region: named(region),
        account: named(account),
      };
      // A star at the end takes in the parts that are not written.
      if (rest.length > 0 || pattern.endsWith("*")) {
        places.set(`${place.partition}:${place.region}:${place.account}`, place);
      }
    }
  }
  return [...places.values()];
}

function named(part: string): string {
  return part.replace(/\*|\$\{[^}]*\}/g, MARK).replaceAll("?", "x");
}

/** A resource of a place that no policy spells out: an ARN template of AWS's with that place. */
export function resourceAt({ partition, region, account }: Place, template: string): string {
  return template
    .replace("${Partition}", partition)
    .replace("${Region}", region)
    .replace("${Account}", account);
}
