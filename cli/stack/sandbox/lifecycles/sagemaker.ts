import type { Lifecycles } from "../lifecycle";

/** Statuses that pass; source: SageMaker API, DescribeEndpoint. */
const BUSY = /^(Creating|Updating|SystemUpdating|RollingBack)$/;

/** Models, endpoints and notebooks: models and configurations can't be changed, an endpoint moves between these. */
export const sagemakerLifecycles: Lifecycles = {
  "aws:sagemaker/model:Model": {
    deletes: { DeleteModel: ({ id }) => ({ ModelName: id }) },
    checks: { DescribeModel: ({ id }) => ({ ModelName: id }) },
  },
  "aws:sagemaker/endpointConfiguration:EndpointConfiguration": {
    deletes: { DeleteEndpointConfig: ({ id }) => ({ EndpointConfigName: id }) },
    checks: { DescribeEndpointConfig: ({ id }) => ({ EndpointConfigName: id }) },
  },
  "aws:sagemaker/endpoint:Endpoint": {
    notAtCreation: "UpdateEndpoint",
    updates: ["UpdateEndpoint"],
    deletes: { DeleteEndpoint: ({ id }) => ({ EndpointName: id }) },
    checks: { DescribeEndpoint: ({ id }) => ({ EndpointName: id }) },
    finds: ({ EndpointConfigName }) => ({ endpointConfigName: EndpointConfigName }),
    settles: {
      isBusy: ({ EndpointStatus }) => BUSY.test(String(EndpointStatus)),
      failure: ({ EndpointStatus, FailureReason }) =>
        EndpointStatus === "Failed" ? String(FailureReason) : undefined,
    },
  },
  "aws:sagemaker/notebookInstance:NotebookInstance": {
    deletes: {
      StopNotebookInstance: ({ id }) => ({ NotebookInstanceName: id }),
      DeleteNotebookInstance: ({ id }) => ({ NotebookInstanceName: id }),
    },
  },
  "aws:sagemaker/notebookInstanceLifecycleConfiguration:NotebookInstanceLifecycleConfiguration": {
    deletes: {
      DeleteNotebookInstanceLifecycleConfig: ({ id }) => ({
        NotebookInstanceLifecycleConfigName: id,
      }),
    },
  },
};
