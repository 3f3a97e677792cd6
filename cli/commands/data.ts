import type { Command } from "@commander-js/extra-typings";

import { prepareData } from "../jobs/prepare-data";

const HELP = `
Everything else goes to training-scripts/prepare.py:
  --data <folder>       where train/, valid/, test/ and manifest.json go (default: photos)
  --fractions <x,x,x>   shares of train, valid and test (default: 0.8,0.1,0.1); splits that the source has are kept
  --seed, --sha256, --max-gigabytes, --max-files, --max-bad, --workers: docs/training.md, Data

Examples:
  kennel data --source dogs.zip --data photos
  kennel data --source s3://team-photos/dogs --data photos --upload              # into the bucket of the stack dev
  kennel data --source https://example.com/dogs.zip --upload s3://bucket/data

Run the same command again to resume; what is there already is not sent again.`;

/** `kennel data`: `training-scripts/prepare.py`, and the way into a stack's bucket. */
export function addDataCommand(program: Command): void {
  program
    .command("data")
    .description("Turn a folder, an archive or a download of photos into train/, valid/ and test/.")
    .option("--source <place>", "a folder, a zip or tar file, its http(s) address, or s3://…")
    .option("--upload [address]", "copy the result to s3://…; without one to the stack's bucket")
    .option("-s, --stack <name>", "the stack whose bucket --upload means", "dev")
    .option("--json", "print one JSON document at the end")
    .addHelpText("after", HELP)
    .allowUnknownOption()
    .allowExcessArguments()
    .action(prepareData);
}
