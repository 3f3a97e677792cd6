import pc from "picocolors";

import { step } from "../output/progress";
import { renderTable } from "../output/table";
import { evaluateShown } from "../preview/evaluate-stack";
import { readStack, regionOf } from "../preview/stack-file";
import { REPOSITORY } from "../repository";
import { checkAccount } from "./check-account";
import { type Check, checkMachine } from "./checks";
import { demandOf } from "./demand";

/** Looks at this machine, and at the account that `stack` would be deployed to. */
export async function examine(stack: string): Promise<Check[]> {
  const settings = readStack(REPOSITORY, stack);
  const machine = await step("Looking at this machine", checkMachine);
  const { resources } = await evaluateShown(settings);
  const account = await step("Asking AWS about the account", () =>
    checkAccount(demandOf(resources, regionOf(settings))),
  );
  return [...machine, ...account];
}

const MARKS = { ok: pc.green("ok"), note: pc.yellow("note"), missing: pc.red("missing") } as const;

/** The checks as a table, each with how to mend it. */
export function renderChecks(checks: readonly Check[]): string {
  return renderTable(
    ["", "WHAT", "FOUND", "HOW TO MEND IT"],
    checks.map(({ name, status, found, fix = "" }) => [MARKS[status], name, found, fix]),
  );
}
