import * as pulumi from "@pulumi/pulumi";

/** What whoever runs `pulumi up` has to correct: Pulumi shows the message alone. */
export class Refusal extends pulumi.RunError {
  constructor(message: string) {
    // Nobody sees the stack, and that of a Pulumi program's promises takes minutes and gigabytes to be put together.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = stackTraceLimit;
    this.name = "Refusal";
  }
}

/** What was given has mistakes, all of which are named. */
export class Mistakes extends Refusal {
  /**
   * @param beginning such as "The arguments of … have"
   * @param problems one sentence each, naming what is wrong
   * @param advice continues the line
   */
  constructor(
    beginning: string,
    readonly problems: readonly string[],
    advice = "",
  ) {
    const count = problems.length === 1 ? "a mistake" : `${problems.length} mistakes`;
    super(`${beginning} ${count}${advice}:\n${problems.map((each) => `  - ${each}`).join("\n")}`);
  }
}
