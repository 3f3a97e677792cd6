/** Pulumi's type tokens of SageMaker's resources. */
export const MODEL = "aws:sagemaker/model:Model";
export const ENDPOINT = "aws:sagemaker/endpoint:Endpoint";
export const ENDPOINT_CONFIGURATION = "aws:sagemaker/endpointConfiguration:EndpointConfiguration";
export const NOTEBOOK = "aws:sagemaker/notebookInstance:NotebookInstance";
export const NOTEBOOK_LIFECYCLE =
  "aws:sagemaker/notebookInstanceLifecycleConfiguration:NotebookInstanceLifecycleConfiguration";
