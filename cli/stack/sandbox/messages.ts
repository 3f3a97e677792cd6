import type { StackEvent, UpdateResult } from "../stack";

/** What the process that updates a stack tells the one that has started it. */
export type Message =
  | { readonly event: "stack"; readonly stackEvent: StackEvent }
  | { readonly event: "done"; readonly result: UpdateResult }
  | {
      readonly event: "failed";
      readonly kind: "failed" | "usage" | "interrupted" | "in-progress";
      readonly message: string;
    };
