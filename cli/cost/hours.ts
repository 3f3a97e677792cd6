import type { Hours } from "../../policies/rules/stack/cost-items";

/** A month: what serves runs through, and notebooks are used in working hours. */
export const HOURS: Hours = { hoursPerMonth: 730, notebookHoursPerMonth: 160 };
