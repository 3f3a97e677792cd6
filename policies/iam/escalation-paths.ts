import { MARK, USERNAME } from "./patterns";

/** One way to become more than one was meant to be. */
export interface EscalationPath {
  /** The actions that it takes: on any resource of their type; where a role is passed, iam:PassRole on any role, the others on some. */
  readonly needs: readonly string[];
  /** Of actions that are called on several types of resources: one ARN of each list must be allowed. */
  readonly on?: Readonly<Record<string, readonly (readonly string[])[]>> | undefined;
  /** What its user does. */
  readonly how: string;
  /** Of a path that passes a role: to which service. */
  readonly passedTo?: string;
  /** The public lists that have it, see below. */
  readonly lists: string;
}

const INSTANCES = [
  `arn:\${Partition}:ec2:\${Region}:\${Account}:instance/${MARK}`,
  `arn:\${Partition}:ssm:\${Region}:\${Account}:managed-instance/${MARK}`,
];
const COMMANDS = [
  ...["RunShellScript", "RunPowerShellScript"].map(
    (name) => `arn:\${Partition}:ssm:\${Region}::document/AWS-${name}`,
  ),
  `arn:\${Partition}:ssm:\${Region}:\${Account}:document/${MARK}`,
];
const JOB_DEFINITIONS = [
  `arn:\${Partition}:batch:\${Region}:\${Account}:job-definition/${MARK}:${MARK}`,
  `arn:\${Partition}:batch:\${Region}:\${Account}:job-definition/${MARK}`,
];
const INTERPRETERS = [
  `arn:\${Partition}:bedrock-agentcore:\${Region}:\${Account}:code-interpreter-custom/${MARK}`,
];
/** Any user, or the caller itself. */
const USERS = [MARK, USERNAME].map((name) => `arn:\${Partition}:iam::\${Account}:user/${name}`);

/**
 * The known ways to escalate, SageMaker's own first; those that need more than another one are left out. Lists:
 * - R: Rhino Security Labs, `aws_escalate.py` (RhinoSecurityLabs/Security-Research) and the later methods of its article
 * - C: cloudsplaining, `PRIVILEGE_ESCALATION_METHODS` (cloudsplaining/shared/constants.py)
 * - P: prowler, `privilege_escalation_policies_combination` (providers/aws/services/iam/lib/privilege_escalation.py)
 * - such as `sagemaker-004`: Datadog's pathfinding.cloud, by the identifier of the path
 * - a dash: none of them; another call of the Service Authorization Reference that has the same effect
 */
export const ESCALATION_PATHS: readonly EscalationPath[] = [
  // SageMaker: whoever gets into a notebook, a domain's application or a job has its role.
  alone("opens any notebook instance and acts with its role", "R C P sagemaker-004", [
    "sagemaker:CreatePresignedNotebookInstanceUrl",
  ]),
  alone("opens any domain as any of its users and acts with their role", "-", [
    "sagemaker:CreatePresignedDomainUrl",
  ]),
  alone("runs its own script with the role of any notebook instance", "-", [
    "sagemaker:UpdateNotebookInstanceLifecycleConfig",
    "sagemaker:StartNotebookInstance",
  ]),
  alone("runs its own script with the role of any notebook instance", "C P sagemaker-005", [
    "sagemaker:CreateNotebookInstanceLifecycleConfig",
    "sagemaker:UpdateNotebookInstance",
    "sagemaker:StartNotebookInstance",
  ]),
  alone("runs its own script in any domain's applications", "-", [
    "sagemaker:CreateStudioLifecycleConfig",
    "sagemaker:UpdateDomain",
  ]),
  alone("runs its own script in any user's applications", "-", [
    "sagemaker:CreateStudioLifecycleConfig",
    "sagemaker:UpdateUserProfile",
  ]),
  alone("opens a shell in any space and acts with its role", "-", ["sagemaker:StartSession"]),
  alone("runs its own steps with the role of any pipeline", "-", [
    "sagemaker:UpdatePipeline",
    "sagemaker:StartPipelineExecution",
  ]),
  passing("sagemaker", "opens a notebook", "C P sagemaker-001", [
    "sagemaker:CreateNotebookInstance",
  ]),
  passing("sagemaker", "gives a notebook another role", "-", [
    "sagemaker:UpdateNotebookInstance",
    "sagemaker:CreatePresignedNotebookInstanceUrl",
  ]),
  passing("sagemaker", "opens a domain", "-", [
    "sagemaker:CreateDomain",
    "sagemaker:CreatePresignedDomainUrl",
  ]),
  passing("sagemaker", "runs its own script on a cluster", "-", ["sagemaker:CreateCluster"]),
  passing("sagemaker", "runs a monitoring job", "-", ["sagemaker:CreateMonitoringSchedule"]),
  passing("sagemaker", "runs a training job", "C P sagemaker-002", ["sagemaker:CreateTrainingJob"]),
  passing("sagemaker", "runs a processing job", "C P sagemaker-003", [
    "sagemaker:CreateProcessingJob",
  ]),
  passing("sagemaker", "runs a tuning job", "-", ["sagemaker:CreateHyperParameterTuningJob"]),
  passing("sagemaker", "runs an AutoML job", "-", ["sagemaker:CreateAutoMLJob"]),
  passing("sagemaker", "runs an AutoML job", "-", ["sagemaker:CreateAutoMLJobV2"]),
  passing("sagemaker", "runs a pipeline", "-", [
    "sagemaker:CreatePipeline",
    "sagemaker:StartPipelineExecution",
  ]),
  passing("sagemaker", "runs its own container", "-", [
    "sagemaker:CreateModel",
    "sagemaker:CreateEndpointConfig",
    "sagemaker:CreateEndpoint",
  ]),
  passing("sagemaker", "runs its own container", "-", [
    "sagemaker:CreateModel",
    "sagemaker:CreateTransformJob",
  ]),

  // IAM: what gives permissions.
  alone("replaces what an attached policy says", "R C P iam-001", ["iam:CreatePolicyVersion"]),
  alone("brings back an older, wider version of a policy", "R C P", [
    "iam:SetDefaultPolicyVersion",
  ]),
  alone("attaches AdministratorAccess to itself", "R C P iam-008", ["iam:AttachUserPolicy"], {
    "iam:AttachUserPolicy": [USERS],
  }),
  alone("attaches AdministratorAccess to its group", "R C P iam-010", ["iam:AttachGroupPolicy"]),
  alone("attaches AdministratorAccess to its role", "R C P iam-009", ["iam:AttachRolePolicy"]),
  alone("writes itself an administrator's policy", "R C P iam-007", ["iam:PutUserPolicy"], {
    "iam:PutUserPolicy": [USERS],
  }),
  alone("writes its group an administrator's policy", "R C P iam-011", ["iam:PutGroupPolicy"]),
  alone("writes its role an administrator's policy", "R C P iam-005", ["iam:PutRolePolicy"]),
  alone("widens the boundary of its role", "-", ["iam:PutRolePermissionsBoundary"]),
  alone("widens its boundary", "-", ["iam:PutUserPermissionsBoundary"], {
    "iam:PutUserPermissionsBoundary": [USERS],
  }),
  alone("lifts the boundary of its role", "-", ["iam:DeleteRolePermissionsBoundary"]),
  alone("lifts its boundary", "-", ["iam:DeleteUserPermissionsBoundary"], {
    "iam:DeleteUserPermissionsBoundary": [USERS],
  }),
  alone("removes the Deny that a role's inline policy holds", "-", ["iam:DeleteRolePolicy"]),
  alone("removes the Deny that its inline policy holds", "-", ["iam:DeleteUserPolicy"], {
    "iam:DeleteUserPolicy": [USERS],
  }),
  alone("joins an administrators' group", "R C P iam-013", ["iam:AddUserToGroup"]),
  alone("makes itself an administrator's access key", "R C P iam-002", ["iam:CreateAccessKey"]),
  alone("gives an administrator a password", "R C P iam-004", ["iam:CreateLoginProfile"]),
  alone("changes an administrator's password", "R C P iam-006", ["iam:UpdateLoginProfile"]),
  alone("makes itself a credential of any user", "-", ["iam:CreateServiceSpecificCredential"]),
  alone("lets itself in by an identity provider of its own", "-", ["iam:UpdateSAMLProvider"]),
  alone("lets itself assume any role", "R C P iam-012", ["iam:UpdateAssumeRolePolicy"]),
  alone("assumes any role that trusts the account", "sts-001", ["sts:AssumeRole"]),

  // Compute that has a role: whoever changes what it runs acts with that role.
  alone("runs its own code with the role of any function", "R C P lambda-003", [
    "lambda:UpdateFunctionCode",
  ]),
  alone("runs its own code, as a layer or an extension, with the role of any function", "P", [
    "lambda:UpdateFunctionConfiguration",
  ]),
  alone("opens any development endpoint with its own key", "R C P glue-002", [
    "glue:UpdateDevEndpoint",
  ]),
  alone("runs its own script with the role of any job", "-", [
    "glue:UpdateJob",
    "glue:StartJobRun",
  ]),
  alone("runs its own script with the role of any job", "-", [
    "glue:UpdateJob",
    "glue:CreateTrigger",
  ]),
  alone("runs commands with the role of any instance", "C P ssm-002", ["ssm:SendCommand"], {
    "ssm:SendCommand": [INSTANCES, COMMANDS],
  }),
  alone("opens a shell with the role of any instance", "C P ssm-001", ["ssm:StartSession"], {
    "ssm:StartSession": [INSTANCES],
  }),
  alone("logs in to any instance", "C P ec2-003", ["ec2-instance-connect:SendSSHPublicKey"]),
  alone("replaces the start-up script of any instance and acts with its role", "C P ec2-002", [
    "ec2:ModifyInstanceAttribute",
    "ec2:StopInstances",
    "ec2:StartInstances",
  ]),
  alone("replaces the start-up script of the instances of any launch template", "C P ec2-005", [
    "ec2:CreateLaunchTemplateVersion",
    "ec2:ModifyLaunchTemplate",
  ]),
  alone("builds its own commands with the role of any project", "C P codebuild-002", [
    "codebuild:StartBuild",
  ]),
  alone("builds its own commands with the role of any project", "C P codebuild-003", [
    "codebuild:StartBuildBatch",
  ]),
  alone("runs its own hooks with the role of any deployment's instances", "codedeploy-001", [
    "codedeploy:CreateDeployment",
  ]),
  alone("changes any stack with the stack's role", "C P cloudformation-002", [
    "cloudformation:UpdateStack",
  ]),
  alone("changes any stack with the stack's role", "C P cloudformation-005", [
    "cloudformation:CreateChangeSet",
    "cloudformation:ExecuteChangeSet",
  ]),
  alone("runs commands with the role of any task", "C P ecs-006", ["ecs:ExecuteCommand"]),
  alone("runs its own command with the role of any service", "P apprunner-002", [
    "apprunner:UpdateService",
  ]),
  alone("runs commands with the role of any job", "batch-002", ["batch:SubmitJob"], {
    "batch:SubmitJob": [JOB_DEFINITIONS],
  }),
  alone(
    "runs code with the role of any code interpreter",
    "C P bedrock-002",
    ["bedrock-agentcore:StartCodeInterpreterSession", "bedrock-agentcore:InvokeCodeInterpreter"],
    { "bedrock-agentcore:InvokeCodeInterpreter": [INTERPRETERS] },
  ),
  alone("runs commands with the role of any agent", "P", [
    "bedrock-agentcore:InvokeAgentRuntimeCommand",
  ]),
  alone("acts with the role of any browser", "P", [
    "bedrock-agentcore:StartBrowserSession",
    "bedrock-agentcore:ConnectBrowserAutomationStream",
  ]),
  alone("writes the users of any permission set an administrator's policy", "P", [
    "sso:PutInlinePolicyToPermissionSet",
  ]),
  alone("gives the users of any permission set AdministratorAccess", "P", [
    "sso:AttachManagedPolicyToPermissionSet",
  ]),
  alone("runs its own steps with the role of any state machine", "stepfunctions-002", [
    "states:UpdateStateMachine",
  ]),

  // A role passed to something new.
  passing("ec2", "starts an instance", "R C P ec2-001", ["ec2:RunInstances"]),
  passing("ec2", "starts an instance", "C P ec2-004", ["ec2:RequestSpotInstances"]),
  passing("ec2", "gives an instance another role", "-", ["ec2:AssociateIamInstanceProfile"]),
  passing("ec2", "gives an instance another role", "ec2-002", [
    "ec2:ReplaceIamInstanceProfileAssociation",
  ]),
  passing("ec2", "starts instances", "P", [
    "autoscaling:CreateLaunchConfiguration",
    "autoscaling:CreateAutoScalingGroup",
  ]),
  passing("ec2", "starts instances", "P", [
    "autoscaling:CreateLaunchConfiguration",
    "autoscaling:UpdateAutoScalingGroup",
  ]),
  passing("ec2", "starts instances", "-", ["ec2:CreateLaunchTemplate", "ec2:CreateFleet"]),
  passing("ec2", "builds an image", "imagebuilder-001", [
    "imagebuilder:CreateComponent",
    "imagebuilder:CreateImageRecipe",
    "imagebuilder:CreateInfrastructureConfiguration",
    "imagebuilder:CreateImage",
  ]),
  passing("ec2", "runs a cluster", "emr-001", ["elasticmapreduce:RunJobFlow"]),
  passing("lambda", "runs a function", "R C P lambda-001", [
    "lambda:CreateFunction",
    "lambda:InvokeFunction",
  ]),
  passing("lambda", "runs a function", "R C P lambda-002", [
    "lambda:CreateFunction",
    "lambda:CreateEventSourceMapping",
  ]),
  passing("lambda", "gives a function another role", "-", [
    "lambda:UpdateFunctionCode",
    "lambda:UpdateFunctionConfiguration",
  ]),
  passing("lambda", "lets itself call a function", "C P lambda-006", [
    "lambda:CreateFunction",
    "lambda:AddPermission",
  ]),
  passing("cloudformation", "creates a stack", "R C P cloudformation-001", [
    "cloudformation:CreateStack",
  ]),
  passing("cloudformation", "creates stacks", "C P cloudformation-003", [
    "cloudformation:CreateStackSet",
    "cloudformation:CreateStackInstances",
  ]),
  passing("cloudformation", "changes stacks", "C P cloudformation-004", [
    "cloudformation:UpdateStackSet",
  ]),
  passing("glue", "opens a development endpoint", "R C P glue-001", ["glue:CreateDevEndpoint"]),
  passing("glue", "runs a job", "C P glue-003", ["glue:CreateJob", "glue:StartJobRun"]),
  passing("glue", "runs a job", "C P glue-004", ["glue:CreateJob", "glue:CreateTrigger"]),
  passing("glue", "changes what a job runs", "C P glue-005", [
    "glue:UpdateJob",
    "glue:StartJobRun",
  ]),
  passing("glue", "changes what a job runs", "C P glue-006", [
    "glue:UpdateJob",
    "glue:CreateTrigger",
  ]),
  passing("codebuild", "builds a project", "C P codebuild-001", [
    "codebuild:CreateProject",
    "codebuild:StartBuild",
  ]),
  passing("codebuild", "changes a project", "-", [
    "codebuild:UpdateProject",
    "codebuild:StartBuild",
  ]),
  passing("codebuild", "builds a project", "C P codebuild-004", [
    "codebuild:CreateProject",
    "codebuild:StartBuildBatch",
  ]),
  passing("ecs-tasks", "runs a job", "P batch-001", [
    "batch:RegisterJobDefinition",
    "batch:SubmitJob",
  ]),
  passing("glue", "opens a session", "glue-007", ["glue:CreateSession", "glue:RunStatement"]),
  passing("codepipeline", "runs a pipeline", "-", ["codepipeline:CreatePipeline"]),
  passing("datapipeline", "runs a pipeline", "R C P datapipeline-001", [
    "datapipeline:CreatePipeline",
    "datapipeline:PutPipelineDefinition",
    "datapipeline:ActivatePipeline",
  ]),
  passing("ecs-tasks", "runs a task", "P ecs-008", ["ecs:RunTask"]),
  passing("ecs-tasks", "runs a task", "P ecs-009", ["ecs:StartTask"]),
  passing("ecs-tasks", "runs a service", "C P ecs-003", [
    "ecs:RegisterTaskDefinition",
    "ecs:CreateService",
  ]),
  passing("ecs-tasks", "changes a service", "-", [
    "ecs:RegisterTaskDefinition",
    "ecs:UpdateService",
  ]),
  passing("states", "changes a state machine", "-", ["states:UpdateStateMachine"]),
  passing("events", "calls any service by a rule", "-", ["events:PutRule", "events:PutTargets"]),
  passing("states", "runs a state machine", "stepfunctions-001", [
    "states:CreateStateMachine",
    "states:StartExecution",
  ]),
  passing("scheduler", "calls any service", "scheduler-001", ["scheduler:CreateSchedule"]),
  passing("ssm", "runs an automation", "ssm-003", ["ssm:StartAutomationExecution"]),
  passing("apprunner", "runs a service", "C P apprunner-001", ["apprunner:CreateService"]),
  passing("tasks.apprunner", "runs a service", "C P apprunner-001", ["apprunner:CreateService"]),
  passing("amplify", "builds an application", "amplify-001", [
    "amplify:CreateApp",
    "amplify:CreateBranch",
    "amplify:StartJob",
  ]),
  passing("braket", "runs a job", "braket-001", ["braket:CreateJob"]),
  passing(
    "cognito-identity",
    "gives the users of an identity pool a role",
    "cognito-identity-001",
    ["cognito-identity:SetIdentityPoolRoles"],
  ),
  passing("emr-serverless", "runs a job", "emrserverless-001", [
    "emr-serverless:CreateApplication",
    "emr-serverless:StartJobRun",
  ]),
  passing("gamelift", "starts a fleet", "gamelift-001", [
    "gamelift:CreateBuild",
    "gamelift:CreateFleet",
  ]),
  passing("kinesisanalytics", "runs an application", "kinesisanalytics-001", [
    "kinesisanalytics:CreateApplication",
    "kinesisanalytics:StartApplication",
  ]),
  passing("omics", "runs a workflow", "omics-001", ["omics:CreateWorkflow", "omics:StartRun"]),
  passing("bedrock-agentcore", "runs a code interpreter", "C P bedrock-001", [
    "bedrock-agentcore:CreateCodeInterpreter",
    "bedrock-agentcore:InvokeCodeInterpreter",
  ]),
  passing("bedrock-agentcore", "runs an agent", "P", [
    "bedrock-agentcore:CreateAgentRuntime",
    "bedrock-agentcore:InvokeAgentRuntimeCommand",
  ]),
  passing("bedrock-agentcore", "runs a browser", "P", [
    "bedrock-agentcore:CreateBrowser",
    "bedrock-agentcore:StartBrowserSession",
    "bedrock-agentcore:ConnectBrowserAutomationStream",
  ]),
];

function alone(
  how: string,
  lists: string,
  needs: readonly string[],
  on?: EscalationPath["on"],
): EscalationPath {
  return { needs, how, lists, on };
}

/** With any role of the account, passed to a service. */
function passing(
  service: string,
  what: string,
  lists: string,
  actions: readonly string[],
): EscalationPath {
  return {
    needs: ["iam:PassRole", ...actions],
    how: `${what} with any role of the account`,
    passedTo: `${service}.amazonaws.com`,
    lists,
  };
}
