import { UserError } from "../output/failure";
import { print } from "../output/print";
import { chooseSettings, type ChosenStack } from "../preview/preview-repository";
import { policiesFor } from "./deployer";
import { type DeployerPolicy, policyLimit, sizeOf } from "./policies";
import { type Verb, VERBS } from "./verbs";

/** For which stack, in which account, and how to print. */
export interface DeployerOptions extends ChosenStack {
  /** Twelve digits. */
  readonly account: string;
  /** Whose permissions are printed instead: names of verbs, or `all`. */
  readonly verb?: readonly string[];
  readonly json?: boolean;
}

/**
 * Prints the policies of whoever deploys a stack.
 *
 * @throws UserError where the account is not one, or the stack is not there
 */
export async function printDeployerPolicies(options: DeployerOptions): Promise<void> {
  const { account, json } = options;
  if (!/^\d{12}$/.test(account)) {
    throw new UserError(
      `--account is ${JSON.stringify(account)}, and an AWS account has twelve digits: aws sts get-caller-identity --query Account`,
    );
  }
  const verbs = options.verb && options.verb.flatMap(verbsNamed);
  const policies = await policiesFor(chooseSettings(options), account, verbs);
  const byName = Object.fromEntries(policies.map(({ name, document }) => [name, document]));
  print(json, byName, () => policies.map(policyText).join("\n"));
}

function policyText({ name, document }: DeployerPolicy): string {
  const size = `${sizeOf(document)} of ${policyLimit} characters`;
  return `# ${name}: ${size}\n${JSON.stringify(document, null, 2)}`;
}

function verbsNamed(name: string): Verb[] {
  const known = Object.keys(VERBS) as Verb[];
  const named = name === "all" ? known : known.filter((verb) => verb === name);
  if (named.length === 0) {
    throw new UserError(
      `--verb is ${JSON.stringify(name)}, which asks nothing of AWS or does not exist. Allowed: all, ${known.join(", ")}.`,
    );
  }
  return named;
}
