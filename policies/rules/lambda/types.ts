/** Pulumi's type tokens of Lambda's resources. */
export const FUNCTION = "aws:lambda/function:Function";
export const ALIAS = "aws:lambda/alias:Alias";
export const FUNCTION_URL = "aws:lambda/functionUrl:FunctionUrl";
export const PERMISSION = "aws:lambda/permission:Permission";
export const PROVISIONED_CONCURRENCY =
  "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig";
