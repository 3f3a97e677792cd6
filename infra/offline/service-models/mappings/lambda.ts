import { sends, type Mappings } from "../request-mapping";

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
  "aws:lambda/alias:Alias": sends(service, "CreateAlias"),
  "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": sends(
    service,
    "PutProvisionedConcurrencyConfig",
  ),
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": sends(
    service,
    "PutFunctionEventInvokeConfig",
  ),
  "aws:lambda/functionUrl:FunctionUrl": sends(service, "CreateFunctionUrlConfig", {
    authorizationType: "AuthType",
  }),
  "aws:lambda/permission:Permission": sends(
    service,
    "AddPermission",
    { function: "FunctionName" },
    { adds: () => ({ StatementId: "generated-20260101000000000000000000" }) },
  ),
};
