import type { Properties } from "../../../../infra/offline/service-models/request-mapping";
import type { Lifecycles } from "../lifecycle";

/** What belongs to a function and is told by its name, and by a qualifier where it has one. */
const part = ({ functionName, qualifier }: Properties): Properties => ({
  FunctionName: functionName,
  Qualifier: qualifier,
});

/** Properties of the code; everything else is the configuration. */
const CODE = ["code", "publish", "architectures"];

/** Functions, and what belongs to them. */
export const functionLifecycles: Lifecycles = {
  "aws:lambda/function:Function": {
    updates: [
      {
        operation: "UpdateFunctionConfiguration",
        leaves: [...CODE, "tags", "packageType", "reservedConcurrentExecutions"],
        names: { name: "FunctionName" },
      },
      {
        // After that, because it publishes a version of both.
        operation: "UpdateFunctionCode",
        takes: ["name", ...CODE],
        names: { name: "FunctionName", code: "ZipFile" },
      },
      "PutFunctionConcurrency",
    ],
    reads: ({ FunctionArn, Version }) => {
      const arn = String(FunctionArn).replace(/(:function:[^:]+):.*$/, "$1");
      return { arn, version: Version, qualifiedArn: `${arn}:${String(Version)}` };
    },
    deletes: { DeleteFunction: ({ id }) => ({ FunctionName: id }) },
    checks: { GetFunction: ({ id }) => ({ FunctionName: id }) },
  },
  "aws:lambda/alias:Alias": {
    updates: [{ operation: "UpdateAlias" }],
    deletes: {
      DeleteAlias: ({ functionName, name }) => ({ FunctionName: functionName, Name: name }),
    },
  },
  "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": {
    updates: "again",
    deletes: { DeleteProvisionedConcurrencyConfig: part },
  },
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": {
    updates: "again",
    deletes: { DeleteFunctionEventInvokeConfig: part },
  },
  "aws:lambda/functionUrl:FunctionUrl": {
    updates: [{ operation: "UpdateFunctionUrlConfig", names: { authorizationType: "AuthType" } }],
    reads: ({ FunctionUrl }) => ({ functionUrl: FunctionUrl }),
    deletes: { DeleteFunctionUrlConfig: part },
  },
  "aws:lambda/permission:Permission": {
    fills: "StatementId",
    reads: ({ Statement }) => {
      const { Sid } = JSON.parse(String(Statement)) as { Sid?: string };
      return { id: Sid, statementId: Sid };
    },
    deletes: {
      RemovePermission: ({ function: name, statementId, qualifier }) => ({
        FunctionName: name,
        StatementId: statementId,
        Qualifier: qualifier,
      }),
    },
  },
};
