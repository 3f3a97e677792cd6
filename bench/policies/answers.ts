/** How plainly a tool says something: in so many words, only that something is not scoped, or not at all. */
export type Strength = "named" | "generic" | "no";

/** What a tool says of one document. */
export interface Answer {
  readonly id: string;
  /** `rejected`: the tool says that the document is malformed. `crashed`: it ends with an exception. */
  readonly status: "judged" | "rejected" | "crashed";
  readonly fullAccess: Strength;
  readonly invokeUnscoped: Strength;
  readonly findings: readonly string[];
}

/** One pass over the documents of the speed group. */
export interface Round {
  readonly documents: number;
  readonly seconds: number;
}

/** What a tool's process writes when it is done. */
export interface ToolResult {
  readonly tool: string;
  readonly version: string;
  /** Loading the tool and its data, without the start of the interpreter. */
  readonly startupSeconds: number;
  readonly rounds: readonly Round[];
  readonly answers: readonly Answer[];
}
