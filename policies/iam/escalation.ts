import { allowing, type ResourceKind } from "./access";
import type { Statement } from "./document";
import { ESCALATION_PATHS } from "./sensitive-actions";
import type { SensitiveIndex } from "./sensitive-index";

/** A set of permissions with which their holder can become more than it was meant to be. */
export interface Escalation {
  readonly actions: readonly string[];
  /** What the holder does with them. */
  readonly how: string;
  readonly statements: readonly Statement[];
}

const ROLE: ResourceKind = { service: "iam", prefix: "role/" };
const USER: ResourceKind = { service: "iam", prefix: "user/" };
const GROUP: ResourceKind = { service: "iam", prefix: "group/" };
const POLICY: ResourceKind = { service: "iam", prefix: "policy/" };

/** On which kind of resource an action must be open to be dangerous; others: any resource of their service. */
const KINDS: Readonly<Record<string, ResourceKind>> = {
  "iam:PassRole": ROLE,
  "iam:AttachRolePolicy": ROLE,
  "iam:PutRolePolicy": ROLE,
  "iam:UpdateAssumeRolePolicy": ROLE,
  "sts:AssumeRole": ROLE,
  "iam:AttachUserPolicy": USER,
  "iam:PutUserPolicy": USER,
  "iam:CreateAccessKey": USER,
  "iam:CreateLoginProfile": USER,
  "iam:UpdateLoginProfile": USER,
  "iam:AttachGroupPolicy": GROUP,
  "iam:PutGroupPolicy": GROUP,
  "iam:AddUserToGroup": GROUP,
  "iam:CreatePolicyVersion": POLICY,
  "iam:SetDefaultPolicyVersion": POLICY,
  "lambda:CreateFunction": { service: "lambda", prefix: "function:" },
  "lambda:InvokeFunction": { service: "lambda", prefix: "function:" },
  "lambda:UpdateFunctionCode": { service: "lambda", prefix: "function:" },
  "ec2:RunInstances": { service: "ec2", prefix: "instance/" },
  "sagemaker:CreateNotebookInstance": { service: "sagemaker", prefix: "notebook-instance/" },
  "sagemaker:CreateTrainingJob": { service: "sagemaker", prefix: "training-job/" },
  "sagemaker:CreateProcessingJob": { service: "sagemaker", prefix: "processing-job/" },
};

/** The ways to escalate that the statements leave open together. */
export function escalations(index: SensitiveIndex): Escalation[] {
  const found = new Map<string, Statement | undefined>();
  const allowed = (action: string): Statement | undefined => {
    if (!found.has(action)) {
      found.set(action, allowing(index, action, KINDS[action] ?? anyResourceOf(action)));
    }
    return found.get(action);
  };
  return ESCALATION_PATHS.flatMap(({ needs, how }) => {
    const by = needs.map(allowed).filter((statement) => statement !== undefined);
    return by.length === needs.length
      ? [{ actions: needs, how, statements: [...new Set(by)] }]
      : [];
  });
}

function anyResourceOf(action: string): ResourceKind {
  return { service: action.slice(0, action.indexOf(":")), prefix: "" };
}

/** A statement that lets any role be passed to any service. */
export function passRoleToAnything(index: SensitiveIndex): Statement | undefined {
  return allowing(index, "iam:PassRole", ROLE);
}
