import { lambdaMappings } from "../../../../infra/offline/service-models/mappings/lambda";
import type { AwsRequest } from "../aws-caller";
import type { Existing, Lifecycle } from "../lifecycle";

const service = "lambda";

const [, concurrency] = lambdaMappings["aws:lambda/function:Function"]!.requests;

/** What belongs to a function and is told by its name, and by a qualifier. */
const part =
  (operation: string, qualifier = "qualifier") =>
  ({ outputs }: Existing): readonly AwsRequest[] => [
    {
      service,
      operation,
      request: {
        FunctionName: outputs["functionName"],
        ...(outputs[qualifier] !== undefined && { Qualifier: outputs[qualifier] }),
      },
    },
  ];

/** Properties of the code; everything else is the configuration. */
const CODE = ["code", "publish", "architectures"];

/** Functions, and what belongs to them. */
export const functionLifecycles: Readonly<Record<string, Lifecycle>> = {
  "aws:lambda/function:Function": {
    updates: [
      {
        service,
        operation: "UpdateFunctionConfiguration",
        leaves: [...CODE, "tags", "packageType", "reservedConcurrentExecutions"],
        names: { name: "FunctionName" },
      },
      {
        // Last, because it publishes a version of both.
        service,
        operation: "UpdateFunctionCode",
        takes: ["name", ...CODE],
        names: { name: "FunctionName", code: "ZipFile" },
      },
      concurrency!,
    ],
    reads: ({ FunctionArn, Version }) => {
      const arn = String(FunctionArn).replace(/(:function:[^:]+):.*$/, "$1");
      return { arn, version: Version, qualifiedArn: `${arn}:${String(Version)}` };
    },
    deletes: ({ id }) => [{ service, operation: "DeleteFunction", request: { FunctionName: id } }],
    checks: {
      asks: ({ id }) => ({ service, operation: "GetFunction", request: { FunctionName: id } }),
    },
  },
  "aws:lambda/alias:Alias": {
    updates: [{ service, operation: "UpdateAlias" }],
    deletes: ({ outputs: { functionName, name } }) => [
      { service, operation: "DeleteAlias", request: { FunctionName: functionName, Name: name } },
    ],
  },
  "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": {
    updates: "again",
    deletes: part("DeleteProvisionedConcurrencyConfig"),
  },
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": {
    updates: "again",
    deletes: part("DeleteFunctionEventInvokeConfig"),
  },
  "aws:lambda/functionUrl:FunctionUrl": {
    updates: [
      {
        service,
        operation: "UpdateFunctionUrlConfig",
        names: { authorizationType: "AuthType" },
      },
    ],
    reads: ({ FunctionUrl }) => ({ functionUrl: FunctionUrl }),
    deletes: part("DeleteFunctionUrlConfig"),
  },
  "aws:lambda/permission:Permission": {
    fills: (unique) => ({ StatementId: `kennel-${unique}` }),
    reads: ({ Statement }) => {
      const id = String((JSON.parse(String(Statement)) as { Sid?: string }).Sid);
      return { id, statementId: id };
    },
    deletes: ({ outputs: { function: name, statementId, qualifier } }) => [
      {
        service,
        operation: "RemovePermission",
        request: {
          FunctionName: name,
          StatementId: statementId,
          ...(qualifier !== undefined && { Qualifier: qualifier }),
        },
      },
    ],
  },
};
