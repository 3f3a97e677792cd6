import { apiGatewayMappings } from "./mappings/api-gateway";
import { computeMappings } from "./mappings/compute";
import { iamMappings } from "./mappings/iam";
import { kmsMappings } from "./mappings/kms";
import { lambdaMappings } from "./mappings/lambda";
import { monitoringMappings } from "./mappings/monitoring";
import { sagemakerMappings } from "./mappings/sagemaker";
import { scalingMappings } from "./mappings/scaling";
import { storageMappings } from "./mappings/storage";
import type { Mappings } from "./request-mapping";

/** Every type of resource that the program creates, with the requests that create it. */
export const mappings: Mappings = {
  ...apiGatewayMappings,
  ...computeMappings,
  ...iamMappings,
  ...kmsMappings,
  ...lambdaMappings,
  ...monitoringMappings,
  ...sagemakerMappings,
  ...scalingMappings,
  ...storageMappings,
};
