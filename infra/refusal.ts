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
