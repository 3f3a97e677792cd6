import { glob, matches } from "../iam/patterns";

/** What an exemption calls the subject of a finding that belongs to no single resource. */
export const STACK = "stack";

/** A resource as exemptions and fingerprints call it: `type::name`, which is the same in every stack. */
export function subjectOf(urn: string | undefined): string {
  if (!urn) {
    return STACK;
  }
  const [type, name] = typeAndName(urn);
  return `${type.slice(type.lastIndexOf("$") + 1)}::${name}`;
}

/**
 * Whether the pattern, with `*` for any run of characters and `?` for one, names the resource: by `type::name`, by the same
 * after the types of its parents (as a preview shows it), or by its whole URN. Takes linear time.
 */
export function namesResource(pattern: string, urn: string | undefined): boolean {
  const simple = glob(pattern);
  const names = urn ? [subjectOf(urn), typeAndName(urn).join("::"), urn] : [STACK];
  return names.some((name) => matches(simple, name));
}

/** Whether the pattern can only name resources of other stacks than the one whose resource `urn` is. */
export function isForOtherStack(pattern: string, urn: string): boolean {
  const [ofPattern, ofUrn] = [pattern, urn].map((each) => each.split("::")[0]!);
  return ofPattern!.startsWith("urn:pulumi:") && !matches(glob(ofPattern!), ofUrn!);
}

/** `urn:pulumi:<stack>::<project>::<types of the parents>$<type>::<name>`; the name may contain colons. */
function typeAndName(urn: string): [type: string, name: string] {
  const [, , type = "", ...name] = urn.split("::");
  return [type, name.join("::")];
}
