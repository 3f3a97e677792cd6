import { sagemakerMappings } from "../../../../infra/offline/service-models/mappings/sagemaker";
import type { AwsRequest } from "../aws-caller";
import type { Existing, Lifecycle } from "../lifecycle";

const service = "sagemaker";

/** Statuses that pass; source: SageMaker API, DescribeEndpoint. */
const BUSY = /^(Creating|Updating|SystemUpdating|RollingBack)$/;

const describeEndpoint = ({ id }: Existing): AwsRequest => ({
  service,
  operation: "DescribeEndpoint",
  request: { EndpointName: id },
});

function named(noun: string, parameter: string): Pick<Lifecycle, "checks" | "deletes"> {
  const request =
    (operation: string) =>
    ({ id }: Existing) => ({
      service,
      operation: `${operation}${noun}`,
      request: { [parameter]: id },
    });
  const deletes = request("Delete");
  return { checks: { asks: request("Describe") }, deletes: (existing) => [deletes(existing)] };
}

/** Models, endpoints and notebooks: models and configurations can't be changed, an endpoint moves between these. */
export const sagemakerLifecycles: Readonly<Record<string, Lifecycle>> = {
  "aws:sagemaker/model:Model": named("Model", "ModelName"),
  "aws:sagemaker/endpointConfiguration:EndpointConfiguration": named(
    "EndpointConfig",
    "EndpointConfigName",
  ),
  "aws:sagemaker/endpoint:Endpoint": {
    notAtCreation: ["UpdateEndpoint"],
    updates: sagemakerMappings["aws:sagemaker/endpoint:Endpoint"]!.requests.filter(
      ({ operation }) => operation === "UpdateEndpoint",
    ),
    settles: {
      asks: describeEndpoint,
      isBusy: ({ EndpointStatus }) => BUSY.test(String(EndpointStatus)),
      failure: ({ EndpointStatus, FailureReason }) =>
        EndpointStatus === "Failed" ? String(FailureReason) : undefined,
      inputs: ({ EndpointConfigName }) => ({ endpointConfigName: EndpointConfigName }),
    },
    deletes: (existing) => [
      { service, operation: "DeleteEndpoint", request: { EndpointName: existing.id } },
    ],
    checks: {
      asks: describeEndpoint,
      reads: ({ EndpointConfigName }) => ({ endpointConfigName: EndpointConfigName }),
    },
  },
  "aws:sagemaker/notebookInstance:NotebookInstance": {
    deletes: ({ id }) =>
      ["StopNotebookInstance", "DeleteNotebookInstance"].map((operation) => ({
        service,
        operation,
        request: { NotebookInstanceName: id },
      })),
  },
  "aws:sagemaker/notebookInstanceLifecycleConfiguration:NotebookInstanceLifecycleConfiguration": {
    deletes: ({ id }) => [
      {
        service,
        operation: "DeleteNotebookInstanceLifecycleConfig",
        request: { NotebookInstanceLifecycleConfigName: id },
      },
    ],
  },
};
