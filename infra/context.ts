import type { Location } from "./location";
import type { Naming } from "./names";

/** Whose resources are created, and where. */
export interface Context {
  /** Project and stack, for the names of what is created. */
  readonly naming: Naming;
  readonly location: Location;
}
