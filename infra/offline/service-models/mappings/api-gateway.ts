import type { Mappings } from "../request-mapping";

const service = "apigatewayv2";

/** HTTP APIs. */
export const apiGatewayMappings: Mappings = {
  "aws:apigatewayv2/api:Api": { requests: [{ service, operation: "CreateApi" }] },
  "aws:apigatewayv2/integration:Integration": {
    requests: [{ service, operation: "CreateIntegration" }],
  },
  "aws:apigatewayv2/route:Route": { requests: [{ service, operation: "CreateRoute" }] },
  "aws:apigatewayv2/stage:Stage": {
    requests: [{ service, operation: "CreateStage", names: { name: "StageName" } }],
  },
};
