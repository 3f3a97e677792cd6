import { UserError } from "../output/failure";
import { chooseSettings, type PreviewOptions } from "../preview/preview-repository";
import { policiesFor } from "./deployer";
import { policyLimit, sizeOf } from "./policies";

/** For which stack, in which account, and how to print. */
export interface DeployerOptions extends Pick<PreviewOptions, "stack" | "configFile"> {
  /** Twelve digits. */
  readonly account: string;
  readonly json?: boolean;
}

/**
 * Prints the policies of whoever deploys a stack.
 *
 * @throws UserError where the account is not one, or the stack is not there
 */
export async function printDeployerPolicies(options: DeployerOptions): Promise<void> {
  const { account, json = false } = options;
  if (!/^\d{12}$/.test(account)) {
    throw new UserError(
      `--account is ${JSON.stringify(account)}, and an AWS account has twelve digits: aws sts get-caller-identity --query Account`,
    );
  }
  const policies = await policiesFor(chooseSettings(options), account);
  if (json) {
    const byName = Object.fromEntries(policies.map(({ name, document }) => [name, document]));
    console.log(JSON.stringify(byName, null, 2));
    return;
  }
  for (const { name, document } of policies) {
    console.log(`# ${name}: ${sizeOf(document)} of ${policyLimit} characters`);
    console.log(JSON.stringify(document, null, 2));
  }
}
