/** One way to become more than one was meant to be. */
export interface EscalationPath {
  /** The actions that it takes, on any resource of their type. */
  readonly needs: readonly string[];
  /** What its user does. */
  readonly how: string;
  /** Of a path that passes a role: to which service. */
  readonly passedTo?: string;
}

/**
 * The known ways to escalate. SageMaker's own come first; the others are those of Rhino Security Labs ("AWS IAM Privilege
 * Escalation: Methods and Mitigation"), cloudsplaining (`PRIVILEGE_ESCALATION_METHODS`), prowler
 * (`iam_policy_allows_privilege_escalation`) and Datadog's pathfinding.cloud.
 */
export const ESCALATION_PATHS: readonly EscalationPath[] = [
  // SageMaker: whoever gets into a notebook, a domain's application or a job has its role.
  alone(
    "opens any notebook instance and acts with its role",
    "sagemaker:CreatePresignedNotebookInstanceUrl",
  ),
  alone(
    "opens any domain as any of its users and acts with their role",
    "sagemaker:CreatePresignedDomainUrl",
  ),
  alone(
    "runs its own script with the role of any notebook instance",
    "sagemaker:UpdateNotebookInstanceLifecycleConfig",
    "sagemaker:StartNotebookInstance",
  ),
  alone(
    "runs its own script with the role of any notebook instance",
    "sagemaker:CreateNotebookInstanceLifecycleConfig",
    "sagemaker:UpdateNotebookInstance",
    "sagemaker:StartNotebookInstance",
  ),
  alone(
    "runs its own script in any domain's applications",
    "sagemaker:CreateStudioLifecycleConfig",
    "sagemaker:UpdateDomain",
  ),
  alone(
    "runs its own script in any user's applications",
    "sagemaker:CreateStudioLifecycleConfig",
    "sagemaker:UpdateUserProfile",
  ),
  ...[
    ["runs a training job", "CreateTrainingJob"],
    ["runs a processing job", "CreateProcessingJob"],
    ["runs a tuning job", "CreateHyperParameterTuningJob"],
    ["runs an AutoML job", "CreateAutoMLJob"],
    ["runs an AutoML job", "CreateAutoMLJobV2"],
    ["runs a pipeline", "CreatePipeline", "StartPipelineExecution"],
    ["runs its own container", "CreateModel", "CreateEndpointConfig", "CreateEndpoint"],
    ["runs its own container", "CreateModel", "CreateTransformJob"],
    ["opens a notebook", "CreateNotebookInstance", "CreatePresignedNotebookInstanceUrl"],
    [
      "starts a notebook with its own script",
      "CreateNotebookInstanceLifecycleConfig",
      "CreateNotebookInstance",
    ],
  ].map(([how, ...actions]) =>
    passing("sagemaker", how!, ...actions.map((action) => `sagemaker:${action}`)),
  ),

  // IAM: what gives permissions.
  alone("replaces what an attached policy says", "iam:CreatePolicyVersion"),
  alone("brings back an older, wider version of a policy", "iam:SetDefaultPolicyVersion"),
  alone("attaches AdministratorAccess to itself", "iam:AttachUserPolicy"),
  alone("attaches AdministratorAccess to its group", "iam:AttachGroupPolicy"),
  alone("attaches AdministratorAccess to its role", "iam:AttachRolePolicy"),
  alone("writes itself an administrator's policy", "iam:PutUserPolicy"),
  alone("writes its group an administrator's policy", "iam:PutGroupPolicy"),
  alone("writes its role an administrator's policy", "iam:PutRolePolicy"),
  alone("lifts the boundary of its role", "iam:DeleteRolePermissionsBoundary"),
  alone("widens the boundary of its role", "iam:PutRolePermissionsBoundary"),
  alone("lifts its boundary", "iam:DeleteUserPermissionsBoundary"),
  alone("widens its boundary", "iam:PutUserPermissionsBoundary"),
  alone("removes the Deny that a role's inline policy holds", "iam:DeleteRolePolicy"),
  alone("removes the Deny that its inline policy holds", "iam:DeleteUserPolicy"),
  alone("joins an administrators' group", "iam:AddUserToGroup"),
  alone("makes itself an administrator's access key", "iam:CreateAccessKey"),
  alone("gives an administrator a password", "iam:CreateLoginProfile"),
  alone("changes an administrator's password", "iam:UpdateLoginProfile"),
  alone("lets itself assume any role", "iam:UpdateAssumeRolePolicy"),
  alone("assumes any role that trusts the account", "sts:AssumeRole"),

  // Compute that has a role: whoever changes what it runs acts with that role.
  alone("runs its own code with the role of any function", "lambda:UpdateFunctionCode"),
  alone(
    "runs its own code, as a layer or an extension, with the role of any function",
    "lambda:UpdateFunctionConfiguration",
  ),
  alone("opens any development endpoint with its own key", "glue:UpdateDevEndpoint"),
  alone("runs its own script with the role of any job", "glue:UpdateJob", "glue:StartJobRun"),
  alone("runs commands with the role of any instance", "ssm:SendCommand"),
  alone("opens a shell with the role of any instance", "ssm:StartSession"),
  alone("logs in to any instance", "ec2-instance-connect:SendSSHPublicKey"),
  alone(
    "replaces the start-up script of any instance and acts with its role",
    "ec2:ModifyInstanceAttribute",
    "ec2:StopInstances",
    "ec2:StartInstances",
  ),
  alone("builds with the role of any project", "codebuild:UpdateProject", "codebuild:StartBuild"),
  alone("builds its own commands with the role of any project", "codebuild:StartBuild"),
  alone("changes any stack with the stack's role", "cloudformation:UpdateStack"),
  alone(
    "changes any stack with the stack's role",
    "cloudformation:CreateChangeSet",
    "cloudformation:ExecuteChangeSet",
  ),
  alone("runs commands with the role of any task", "ecs:ExecuteCommand"),
  alone("runs its own steps with the role of any state machine", "states:UpdateStateMachine"),

  passing("ec2", "starts an instance", "ec2:RunInstances"),
  passing("ec2", "gives an instance another role", "ec2:AssociateIamInstanceProfile"),
  passing("lambda", "runs a function", "lambda:CreateFunction", "lambda:InvokeFunction"),
  passing("lambda", "runs a function", "lambda:CreateFunction", "lambda:CreateEventSourceMapping"),
  passing("lambda", "lets itself call a function", "lambda:CreateFunction", "lambda:AddPermission"),
  passing("cloudformation", "creates a stack", "cloudformation:CreateStack"),
  passing(
    "cloudformation",
    "creates stacks",
    "cloudformation:CreateStackSet",
    "cloudformation:CreateStackInstances",
  ),
  passing("glue", "opens a development endpoint", "glue:CreateDevEndpoint"),
  passing("glue", "runs a job", "glue:CreateJob", "glue:StartJobRun"),
  passing("glue", "runs a job", "glue:CreateJob", "glue:CreateTrigger"),
  passing("glue", "opens a session", "glue:CreateSession", "glue:RunStatement"),
  passing("codebuild", "runs a build", "codebuild:CreateProject", "codebuild:StartBuild"),
  passing("codepipeline", "runs a pipeline", "codepipeline:CreatePipeline"),
  passing(
    "datapipeline",
    "runs a pipeline",
    "datapipeline:CreatePipeline",
    "datapipeline:PutPipelineDefinition",
    "datapipeline:ActivatePipeline",
  ),
  passing("ecs-tasks", "runs a task", "ecs:RegisterTaskDefinition", "ecs:RunTask"),
  passing("ecs-tasks", "runs a task", "ecs:RegisterTaskDefinition", "ecs:StartTask"),
  passing("ecs-tasks", "runs a service", "ecs:RegisterTaskDefinition", "ecs:CreateService"),
  passing("states", "runs a state machine", "states:CreateStateMachine", "states:StartExecution"),
  passing("apprunner", "runs a service", "apprunner:CreateService"),
  passing(
    "bedrock-agentcore",
    "runs a code interpreter",
    "bedrock-agentcore:CreateCodeInterpreter",
    "bedrock-agentcore:InvokeCodeInterpreter",
  ),
];

function alone(how: string, ...needs: string[]): EscalationPath {
  return { needs, how };
}

/** With any role of the account, passed to a service. */
function passing(service: string, what: string, ...actions: string[]): EscalationPath {
  return {
    needs: ["iam:PassRole", ...actions],
    how: `${what} with any role of the account`,
    passedTo: `${service}.amazonaws.com`,
  };
}
