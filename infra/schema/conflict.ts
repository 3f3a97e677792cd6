/** A value that does not go with others: where it is, and why. */
export interface Conflict {
  readonly path: readonly (string | number)[];
  readonly value: unknown;
  /** Continues "kennel:… is VALUE: it …". */
  readonly reason: string;
}
