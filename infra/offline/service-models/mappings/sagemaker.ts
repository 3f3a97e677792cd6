import { sends, type Mappings } from "../request-mapping";

const service = "sagemaker";
const asScript = (content: string) => [{ content }];

/** Models, endpoints and notebooks. */
export const sagemakerMappings: Mappings = {
  "aws:sagemaker/model:Model": sends(service, "CreateModel", { name: "ModelName" }),
  "aws:sagemaker/endpointConfiguration:EndpointConfiguration": sends(
    service,
    "CreateEndpointConfig",
    { name: "EndpointConfigName", kmsKeyArn: "KmsKeyId" },
    { providerOnly: { namePrefix: "the provider makes a name of it" } },
  ),
  "aws:sagemaker/endpoint:Endpoint": {
    requests: [
      { service, operation: "CreateEndpoint", names: { name: "EndpointName" } },
      {
        service,
        operation: "UpdateEndpoint",
        takes: ["name", "endpointConfigName", "deploymentConfig"],
        names: { name: "EndpointName" },
      },
    ],
  },
  "aws:sagemaker/notebookInstance:NotebookInstance": sends(service, "CreateNotebookInstance", {
    name: "NotebookInstanceName",
    securityGroups: "SecurityGroupIds",
    volumeSize: "VolumeSizeInGB",
  }),
  "aws:sagemaker/notebookInstanceLifecycleConfiguration:NotebookInstanceLifecycleConfiguration":
    sends(service, "CreateNotebookInstanceLifecycleConfig", {
      name: "NotebookInstanceLifecycleConfigName",
      onStart: { to: "OnStart", as: asScript },
      onCreate: { to: "OnCreate", as: asScript },
    }),
};
