import type { Mappings } from "../request-mapping";

const service = "lambda";
const reserved = "reservedConcurrentExecutions";

/** Functions and what belongs to them. */
export const lambdaMappings: Mappings = {
  "aws:lambda/function:Function": {
    requests: [
      {
        service,
        operation: "CreateFunction",
        leaves: [reserved],
        names: { name: "FunctionName", code: "Code.ZipFile" },
      },
      {
        service,
        operation: "PutFunctionConcurrency",
        takes: ["name", reserved],
        names: { name: "FunctionName" },
        // The provider's way to say that nothing is reserved.
        when: (properties) => properties[reserved] !== -1,
      },
    ],
  },
  "aws:lambda/alias:Alias": { requests: [{ service, operation: "CreateAlias" }] },
  "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": {
    requests: [{ service, operation: "PutProvisionedConcurrencyConfig" }],
  },
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": {
    requests: [{ service, operation: "PutFunctionEventInvokeConfig" }],
  },
  "aws:lambda/functionUrl:FunctionUrl": {
    requests: [
      { service, operation: "CreateFunctionUrlConfig", names: { authorizationType: "AuthType" } },
    ],
  },
  "aws:lambda/permission:Permission": {
    requests: [
      {
        service,
        operation: "AddPermission",
        names: { function: "FunctionName" },
        adds: () => ({ StatementId: "generated-20260101000000000000000000" }),
      },
    ],
  },
};
