import { GetAccountSettingsCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { paginateListServiceQuotas, ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

import type { Check } from "./checks";

/** What a stack asks of an account, as far as quotas limit it. */
export interface Demand {
  readonly region: string;
  /** Endpoint instances at most, by type. */
  readonly instances: ReadonlyMap<string, number>;
  /** Reserved concurrency of all functions. */
  readonly reservedConcurrency: number;
}

/**
 * Concurrency that Lambda keeps for functions which reserve none.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html.
 */
const UNRESERVED = 100;

/** Who calls AWS, and whether the quotas of the account suffice for a stack. Without credentials the rest is not tried. */
export async function checkAccount(demand: Demand): Promise<Check[]> {
  const credentials = await credentialsCheck(demand.region);
  if (credentials.status !== "ok") {
    return [credentials];
  }
  return [credentials, await concurrencyCheck(demand), ...(await instanceChecks(demand))];
}

async function credentialsCheck(region: string): Promise<Check> {
  const name = "AWS credentials";
  const client = new STSClient({ region });
  try {
    const { Arn, Account } = await client.send(new GetCallerIdentityCommand({}));
    return { name, status: "ok", found: `${Arn} in account ${Account}, region ${region}` };
  } catch (error) {
    const fix = "aws configure sso, or AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";
    return { name, status: "note", found: (error as Error).message, fix };
  }
}

async function concurrencyCheck({ region, reservedConcurrency }: Demand): Promise<Check> {
  const name = "Lambda concurrency";
  const client = new LambdaClient({ region });
  try {
    const { AccountLimit } = await client.send(new GetAccountSettingsCommand({}));
    const limit = AccountLimit?.ConcurrentExecutions ?? 0;
    const found = `${limit} in the account, ${reservedConcurrency} reserved by the stack`;
    return reservedConcurrency === 0 || limit - reservedConcurrency >= UNRESERVED
      ? { name, status: "ok", found }
      : {
          ...{ name, status: "missing", found },
          fix: `ask for a quota of at least ${reservedConcurrency + UNRESERVED} (Service Quotas, AWS Lambda, Concurrent executions), or remove reservedConcurrency`,
        };
  } catch (error) {
    return notAllowed(name, error, "lambda:GetAccountSettings");
  }
}

async function instanceChecks({ region, instances }: Demand): Promise<Check[]> {
  if (instances.size === 0) {
    return [];
  }
  const client = new ServiceQuotasClient({ region });
  try {
    const quotas = await endpointQuotas(client);
    return [...instances].map(([type, count]): Check => {
      const name = `${type} for endpoints`;
      const quota = quotas.get(`${type} for endpoint usage`);
      if (quota === undefined) {
        return { name, status: "note", found: `no quota of that name in ${region}` };
      }
      const found = `quota ${quota}, the stack may use ${count}`;
      return quota >= count
        ? { name, status: "ok", found }
        : {
            ...{ name, status: "missing", found },
            fix: `ask for at least ${count} (Service Quotas, Amazon SageMaker, "${type} for endpoint usage"), or lower maxInstances`,
          };
    });
  } catch (error) {
    return [notAllowed("Endpoint instances", error, "servicequotas:ListServiceQuotas")];
  }
}

async function endpointQuotas(client: ServiceQuotasClient): Promise<Map<string, number>> {
  const quotas = new Map<string, number>();
  const pages = paginateListServiceQuotas({ client }, { ServiceCode: "sagemaker" });
  for await (const { Quotas = [] } of pages) {
    Quotas.forEach(({ QuotaName = "", Value = 0 }) => quotas.set(QuotaName, Value));
  }
  return quotas;
}

function notAllowed(name: string, error: unknown, permission: string): Check {
  const found = `not checked: ${(error as Error).message}`;
  return { name, status: "note", found, fix: `allow ${permission}` };
}
