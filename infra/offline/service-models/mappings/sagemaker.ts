import type { Mappings } from "../request-mapping";

/** Models, endpoints and notebooks. */
export const sagemakerMappings: Mappings = {
  "aws:sagemaker/model:Model": {
    requests: [{ service: "sagemaker", operation: "CreateModel", names: { name: "ModelName" } }],
  },
  "aws:sagemaker/endpointConfiguration:EndpointConfiguration": {
    requests: [
      {
        service: "sagemaker",
        operation: "CreateEndpointConfig",
        names: { name: "EndpointConfigName", kmsKeyArn: "KmsKeyId" },
      },
    ],
    providerOnly: { namePrefix: "the provider makes a name of it" },
  },
  "aws:sagemaker/endpoint:Endpoint": {
    requests: [
      { service: "sagemaker", operation: "CreateEndpoint", names: { name: "EndpointName" } },
      {
        service: "sagemaker",
        operation: "UpdateEndpoint",
        takes: ["name", "endpointConfigName", "deploymentConfig"],
        names: { name: "EndpointName" },
      },
    ],
  },
  "aws:sagemaker/notebookInstance:NotebookInstance": {
    requests: [
      {
        service: "sagemaker",
        operation: "CreateNotebookInstance",
        names: {
          name: "NotebookInstanceName",
          securityGroups: "SecurityGroupIds",
          volumeSize: "VolumeSizeInGB",
        },
      },
    ],
  },
  "aws:sagemaker/notebookInstanceLifecycleConfiguration:NotebookInstanceLifecycleConfiguration": {
    requests: [
      {
        service: "sagemaker",
        operation: "CreateNotebookInstanceLifecycleConfig",
        names: {
          name: "NotebookInstanceLifecycleConfigName",
          onStart: { to: "OnStart", as: (content: string) => [{ content }] },
          onCreate: { to: "OnCreate", as: (content: string) => [{ content }] },
        },
      },
    ],
  },
};
