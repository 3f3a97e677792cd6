import { sends, type Mappings } from "../request-mapping";

const service = "apigatewayv2";

/** HTTP APIs. */
export const apiGatewayMappings: Mappings = {
  "aws:apigatewayv2/api:Api": sends(service, "CreateApi"),
  "aws:apigatewayv2/integration:Integration": sends(service, "CreateIntegration"),
  "aws:apigatewayv2/route:Route": sends(service, "CreateRoute"),
  "aws:apigatewayv2/stage:Stage": sends(service, "CreateStage", { name: "StageName" }),
};
