/** A tag as AWS's services give it. */
interface Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** The stack that has made something, by the tag that every resource of a Kennel stack has (`stackTags` in infra). */
export function ownerOf(tags: readonly Tag[] | undefined): string | null {
  return tags?.find(({ Key }) => Key === "Stack")?.Value ?? null;
}
