import { explainAwsError } from "./aws/clients";
import { reportFailure } from "./output/failure";
import { kennelProgram } from "./program";

// A reader that has seen enough (`kennel … | head`) is not a failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

kennelProgram()
  .parseAsync()
  .catch((error: unknown) => reportFailure(explainAwsError(error)));
