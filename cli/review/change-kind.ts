/** What becomes of a resource. */
export type ChangeKind = "created" | "updated" | "replaced" | "deleted";
