/** An action that a judgement looks for by name. */
export interface SensitiveAction {
  /** As AWS spells it, such as `iam:PassRole`. */
  readonly name: string;
  /** Its part after the colon, in lower case. */
  readonly key: string;
}

/** Every action that invokes an endpoint (Service Authorization Reference, Amazon SageMaker). */
export const INVOKE_ACTIONS = [
  "sagemaker:InvokeEndpoint",
  "sagemaker:InvokeEndpointAsync",
  "sagemaker:InvokeEndpointWithResponseStream",
  "sagemaker:InvokeEndpointWithBidirectionalStream",
] as const;

/** One way to become more than one was meant to be: the actions it takes, and what its user does. */
export interface EscalationPath {
  readonly needs: readonly string[];
  readonly how: string;
}

/**
 * The known ways to escalate (Rhino Security Labs, "AWS IAM Privilege Escalation: Methods and Mitigation"), and the
 * SageMaker ways that follow the same pattern.
 */
export const ESCALATION_PATHS: readonly EscalationPath[] = [
  { needs: ["iam:CreatePolicyVersion"], how: "replaces what an attached policy says" },
  {
    needs: ["iam:SetDefaultPolicyVersion"],
    how: "brings back an older, wider version of a policy",
  },
  { needs: ["iam:AttachUserPolicy"], how: "attaches AdministratorAccess to itself" },
  { needs: ["iam:AttachGroupPolicy"], how: "attaches AdministratorAccess to its group" },
  { needs: ["iam:AttachRolePolicy"], how: "attaches AdministratorAccess to its role" },
  { needs: ["iam:PutUserPolicy"], how: "writes itself an administrator's policy" },
  { needs: ["iam:PutGroupPolicy"], how: "writes its group an administrator's policy" },
  { needs: ["iam:PutRolePolicy"], how: "writes its role an administrator's policy" },
  { needs: ["iam:AddUserToGroup"], how: "joins an administrators' group" },
  { needs: ["iam:CreateAccessKey"], how: "makes itself an administrator's access key" },
  { needs: ["iam:CreateLoginProfile"], how: "gives an administrator a password" },
  { needs: ["iam:UpdateLoginProfile"], how: "changes an administrator's password" },
  { needs: ["iam:UpdateAssumeRolePolicy"], how: "lets itself assume any role" },
  { needs: ["sts:AssumeRole"], how: "assumes any role that trusts the account" },
  { needs: ["lambda:UpdateFunctionCode"], how: "runs its own code with the role of any function" },
  ...withAnyRole("starts an instance", "ec2:RunInstances"),
  ...withAnyRole("runs a function", "lambda:CreateFunction", "lambda:InvokeFunction"),
  ...withAnyRole("runs a function", "lambda:CreateFunction", "lambda:CreateEventSourceMapping"),
  ...withAnyRole("creates a stack", "cloudformation:CreateStack"),
  ...withAnyRole("opens a development endpoint", "glue:CreateDevEndpoint"),
  ...withAnyRole("runs a job", "glue:CreateJob", "glue:StartJobRun"),
  ...withAnyRole("runs a build", "codebuild:CreateProject", "codebuild:StartBuild"),
  ...withAnyRole("runs a task", "ecs:RegisterTaskDefinition", "ecs:RunTask"),
  ...withAnyRole("runs a state machine", "states:CreateStateMachine", "states:StartExecution"),
  ...withAnyRole(
    "opens a notebook",
    "sagemaker:CreateNotebookInstance",
    "sagemaker:CreatePresignedNotebookInstanceUrl",
  ),
  ...withAnyRole("runs a training job", "sagemaker:CreateTrainingJob"),
  ...withAnyRole("runs a processing job", "sagemaker:CreateProcessingJob"),
];

function withAnyRole(what: string, ...actions: string[]): EscalationPath[] {
  return [{ needs: ["iam:PassRole", ...actions], how: `${what} with any role of the account` }];
}

/** Every action that a judgement looks for, by service prefix. */
export const SENSITIVE_ACTIONS: ReadonlyMap<string, readonly SensitiveAction[]> = byService(
  new Set([...INVOKE_ACTIONS, ...ESCALATION_PATHS.flatMap(({ needs }) => needs)]),
);

function byService(names: ReadonlySet<string>): Map<string, SensitiveAction[]> {
  const grouped = new Map<string, SensitiveAction[]>();
  for (const name of names) {
    const [service, action] = name.split(":") as [string, string];
    grouped.set(service, [...(grouped.get(service) ?? []), { name, key: action.toLowerCase() }]);
  }
  return grouped;
}
