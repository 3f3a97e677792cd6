import type { Command } from "@commander-js/extra-typings";

import { listModels, showModel } from "../models/show-models";

const EXAMPLES = `
Examples:
  kennel models                          # every model in the bucket of the stack dev
  kennel models sha256:0123456789ab      # from a served answer's "model" to its job, commit, image and photos
  kennel models 0123456789ab | (cd photos && sha256sum --check --quiet)`;

/** `kennel models`: which models there are, and what they come from. */
export function addModelsCommand(program: Command): void {
  program
    .command("models")
    .description("List the models of a stack's bucket; show what one was made from.")
    .argument("[digest]", "a served answer's model, such as sha256:0123456789ab")
    .option("-s, --stack <name>", "the stack whose bucket is read", "dev")
    .option("--json", "print one JSON document")
    .addHelpText("after", EXAMPLES)
    .action((digest, options) =>
      digest === undefined ? listModels(options) : showModel(digest, options),
    );
}
