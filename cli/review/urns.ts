import type { AliasSpec, RegisteredResource } from "../../infra/offline/registrations";
import { typeChain } from "../../infra/offline/urn";
import { shortType } from "../preview/types";

/** Every URN that a resource has or had: its own, and what its aliases and those of its parents say. */
export function formerUrns(
  resource: RegisteredResource,
  byUrn: ReadonlyMap<string, RegisteredResource>,
): ReadonlySet<string> {
  const parent = byUrn.get(resource.parent);
  const parents = parent === undefined ? [resource.parent] : [...formerUrns(parent, byUrn)];
  const urns = new Set([resource.urn]);
  for (const each of parents) {
    urns.add(urnOf(resource, each, {}));
    for (const alias of resource.options.aliases) {
      urns.add(typeof alias === "string" ? alias : urnOf(resource, each, alias));
    }
  }
  return urns;
}

function urnOf(
  { urn, type, name }: RegisteredResource,
  parent: string,
  alias: Partial<AliasSpec>,
): string {
  const [stack, project] = urn.split("::") as [string, string];
  const above = alias.noparent === true ? "" : alias.parenturn || parent;
  return [
    alias.stack ? `urn:pulumi:${alias.stack}` : stack,
    alias.project || project,
    typeChain(above, alias.type || type),
    alias.name || name,
  ].join("::");
}

/** What a finding is about, as a reader knows it. */
export function placeOf({ resource }: { readonly resource: string }): string {
  return resource === "" ? "the whole stack" : shortUrn(resource);
}

/** A URN as a reader knows it: `aws:s3:Bucket data`. */
export function shortUrn(urn: string): string {
  const [, , chain = "", ...name] = urn.split("::");
  const type = chain.split("$").at(-1)!;
  return `${shortType(type)} ${name.join("::")}`;
}
