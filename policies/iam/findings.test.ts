import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Patch } from "./fix";
import { checkDocument, type Verdict } from "./judge";
import { loadAllServices } from "./services";
import { UNKNOWN } from "./unknown";

type Fields = Readonly<Record<string, unknown>>;

const CASES = path.join(__dirname, "cases");
const NOW = Date.parse("2026-11-27T00:00:00Z");

interface Case {
  readonly id: string;
  readonly document: unknown;
  readonly expected: {
    readonly fullAccess: boolean | null;
    readonly invokeUnscoped: boolean | null;
    readonly analysable: boolean;
  };
}

const cases = readdirSync(CASES).flatMap((file) =>
  (JSON.parse(readFileSync(path.join(CASES, file), "utf8")) as Case[]).map((each) => ({
    ...each,
    id: `${file.replace(".json", "")}: ${each.id}`,
  })),
);

const policy = (...statements: Fields[]): Fields => ({
  Version: "2012-10-17",
  Statement: statements,
});
const allow = (Action: unknown, Resource: unknown = "*", Condition?: object): Fields => ({
  Effect: "Allow",
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});
const bucket = (Condition?: object, Principal: unknown = "*"): Fields => ({
  ...allow("s3:GetObject", "arn:aws:s3:::kennel/*", Condition),
  Principal,
});
const trust = (Principal: unknown, Condition?: object, Action = "sts:AssumeRole"): Fields => ({
  Effect: "Allow",
  Principal,
  Action,
  ...(Condition === undefined ? {} : { Condition }),
});
const SAML = "sts:AssumeRoleWithSAML";
const EKS = "oidc.eks.eu-west-1.amazonaws.com/id/0A1B";
const FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:kennel";
const GITHUB = "token.actions.githubusercontent.com";
const oidc = (conditions: object, provider = GITHUB): Fields =>
  trust(
    { Federated: `arn:aws:iam::123456789012:oidc-provider/${provider}` },
    conditions,
    "sts:AssumeRoleWithWebIdentity",
  );
const github = (operator: string, sub: unknown): Fields =>
  oidc({
    StringEquals: { [`${GITHUB}:aud`]: "sts.amazonaws.com" },
    [operator]: { [`${GITHUB}:sub`]: sub },
  });
const cognito = (conditions?: object): Fields =>
  trust(
    { Federated: "cognito-identity.amazonaws.com" },
    conditions,
    "sts:AssumeRoleWithWebIdentity",
  );
const denyUnless = (Condition: object, Principal: unknown = "*"): Fields => ({
  Effect: "Deny",
  Principal,
  Action: "s3:*",
  Resource: ["arn:aws:s3:::kennel", "arn:aws:s3:::kennel/*"],
  Condition,
});
const deployment = (Service: string, Condition?: object): Fields => ({
  Effect: "Allow",
  Principal: { Service },
  Action: "sqs:SendMessage",
  Resource: "arn:aws:sqs:eu-west-1:123456789012:kennel",
  ...(Condition === undefined ? {} : { Condition }),
});
const PASS = { "iam:PassedToService": "sagemaker.amazonaws.com" };
const ENDPOINT_CONFIG = [
  "sagemaker:CreateModel",
  "sagemaker:CreateEndpointConfig",
  "sagemaker:CreateEndpoint",
];

/** For each document the rules that it breaks. */
const documents: Readonly<Record<string, Readonly<Record<string, Fields>>>> = {
  "no-public-resource-policy": {
    "an endpoint of the caller's own organization": policy(
      bucket({ StringEquals: { "aws:VpceOrgID": "${aws:PrincipalOrgID}" } }),
    ),
    "a role of the caller's own account": policy(
      bucket({ ArnLike: { "aws:PrincipalArn": "arn:aws:iam::${aws:PrincipalAccount}:role/x" } }),
    ),
    "a Deny unless by the caller's own endpoint": policy(
      bucket(),
      denyUnless({ StringNotEquals: { "aws:VpceOrgID": "${aws:PrincipalOrgID}" } }),
    ),
    "organizations that begin alike": policy(
      bucket({ StringLike: { "aws:PrincipalOrgID": "o-1*" } }),
    ),
    "any organization's unit": policy(
      bucket({ "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": "o-*/*" } }),
    ),
    "a member of some organization": policy(bucket({ Null: { "aws:PrincipalOrgID": "false" } })),
    "accounts that begin alike": policy(
      bucket({ StringLike: { "aws:PrincipalAccount": "1234*" } }),
    ),
    "VPCs that begin alike": policy(bucket({ StringLike: { "aws:SourceVpc": "vpc-0*" } })),
    "a private address in some VPC": policy(
      bucket({ IpAddress: { "aws:VpcSourceIp": "10.0.0.0/8" } }),
    ),
    "an eighth of IPv6": policy(bucket({ IpAddress: { "aws:SourceIp": "2000::/3" } })),
    "sessions of a name": policy(bucket({ StringLike: { "aws:userid": "*:alice" } })),
    "TLS or not": policy(bucket({ Bool: { "aws:SecureTransport": ["true", "false"] } })),
    "a service on somebody's behalf": policy(bucket({ Bool: { "aws:ViaAWSService": "true" } })),
    "another time": policy(
      bucket({ DateGreaterThan: { "aws:CurrentTime": "2027-06-01T00:00:00Z" } }),
    ),
    "a topic of any account": policy({
      ...deployment("", { ArnLike: { "aws:SourceArn": "arn:aws:sns:*:*:topic" } }),
      Principal: { AWS: "*" },
    }),
    "a function's open URL": policy({
      ...allow("lambda:InvokeFunctionUrl", FUNCTION, {
        StringEquals: { "lambda:FunctionUrlAuthType": "NONE" },
      }),
      Principal: "*",
    }),
    "another action that is denied": policy(
      { ...bucket(), Action: ["s3:GetObject", "s3:PutObject"] },
      { ...bucket(), Effect: "Deny", Action: "s3:PutObject" },
    ),
    "a repository without resource": policy({ Effect: "Allow", Principal: "*", Action: "ecr:*" }),
    "a referer": policy(bucket({ StringLike: { "aws:Referer": "https://kennel.example/*" } })),
    "a user agent": policy(bucket({ StringEquals: { "aws:UserAgent": "kennel" } })),
    "any VPC": policy(bucket({ StringLike: { "aws:SourceVpc": "vpc-*" } })),
    "any endpoint": policy(bucket({ StringLike: { "aws:SourceVpce": ["vpce-*", "vpce-1"] } })),
    "any organization": policy(bucket({ StringLike: { "aws:PrincipalOrgID": "o-*" } })),
    "half the internet": policy(bucket({ IpAddress: { "aws:SourceIp": "0.0.0.0/1" } })),
    "half the internet in quarters": policy(
      bucket({ IpAddress: { "aws:SourceIp": ["0.0.0.0/2", "64.0.0.0/2"] } }),
    ),
    "most of the internet": policy(bucket({ NotIpAddress: { "aws:SourceIp": "192.0.2.0/24" } })),
    "any bucket": policy(bucket({ ArnLike: { "aws:SourceArn": "arn:aws:s3:*:*:*" } })),
    "any account's role of a name": policy(
      bucket({ StringLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/admin" } }),
    ),
    "all but one account": policy(
      bucket({ StringNotEquals: { "aws:PrincipalAccount": "123456789012" } }),
    ),
    "principal tags": policy(bucket({ StringEquals: { "aws:PrincipalTag/team": "vision" } })),
    MFA: policy(bucket({ Bool: { "aws:MultiFactorAuthPresent": "true" } })),
    "a kind of principal": policy(bucket({ StringEquals: { "aws:PrincipalType": "User" } })),
    "an organization, if there is one": policy(
      bucket({ StringEqualsIfExists: { "aws:PrincipalOrgID": "o-1" } }),
    ),
    "an organization, of those there are": policy(
      bucket({ "ForAllValues:StringEquals": { "aws:PrincipalOrgID": ["o-1"] } }),
    ),
    "everybody but one": policy({
      ...bucket(),
      Principal: undefined,
      NotPrincipal: { AWS: "123456789012" },
    }),
    "a service in front of a key": policy({
      ...allow(["kms:Decrypt"], "*", {
        StringEquals: { "kms:ViaService": "sqs.eu-west-1.amazonaws.com" },
      }),
      Principal: { AWS: "*" },
    }),
    "TLS asked for": policy(bucket(), denyUnless({ Bool: { "aws:SecureTransport": "false" } })),
    "a Deny that names others": policy(
      bucket(),
      denyUnless({ StringNotEquals: { "aws:PrincipalOrgID": "o-1" } }, { AWS: "111111111111" }),
    ),
  },
  "role-trust-scope": {
    "somebody of an identity provider": policy(oidc({}, "login.example.com")),
    "somebody of SAML's": policy(
      trust({ Federated: "arn:aws:iam::123456789012:saml-provider/a" }, undefined, SAML),
    ),
    "every organization's pipeline": policy(
      oidc(
        { StringLike: { "agent.buildkite.com:sub": "organization:*:pipeline:deploy:*" } },
        "agent.buildkite.com",
      ),
    ),
    "every organization's workspace": policy(
      oidc({ StringLike: { "app.terraform.io:sub": "organization:*:*" } }, "app.terraform.io"),
    ),
    "every organization's stack": policy(
      oidc(
        { StringLike: { "api.pulumi.com/oidc:sub": "pulumi:deploy:org:*" } },
        "api.pulumi.com/oidc",
      ),
    ),
    "every owner's project": policy(
      oidc({ StringLike: { "oidc.vercel.com:sub": "owner:*:project:a:*" } }, "oidc.vercel.com"),
    ),
    "every account's pipeline": policy(
      oidc(
        { StringLike: { "oidc.codefresh.io:sub": "account:*:pipeline:a" } },
        "oidc.codefresh.io",
      ),
    ),
    "every namespace's service account": policy(
      oidc({ StringLike: { [`${EKS}:sub`]: "system:serviceaccount:*:kennel" } }, EKS),
    ),
    "every repository by its name": policy(
      oidc({ StringLike: { [`${GITHUB}:repository`]: "*/kennel" } }),
    ),
    "every application of Google's": policy(
      trust({ Federated: "accounts.google.com" }, undefined, "sts:AssumeRoleWithWebIdentity"),
    ),
    "everybody but one": policy({
      ...trust(undefined),
      NotPrincipal: { AWS: "arn:aws:iam::123456789012:root" },
    }),
    "a session's name": policy(
      trust({ AWS: "*" }, { StringLike: { "sts:RoleSessionName": "ci-*" } }),
    ),
    "an external ID": policy(trust({ AWS: "*" }, { StringEquals: { "sts:ExternalId": "kennel" } })),
    "the audience alone": policy(
      oidc({ StringEquals: { [`${GITHUB}:aud`]: "sts.amazonaws.com" } }),
    ),
    "every repository": policy(github("StringLike", "repo:*")),
    "every private repository": policy(github("StringLike", "repository_visibility:private:*")),
    "a role of any account in another partition": policy(
      trust({ AWS: "*" }, { ArnLike: { "aws:PrincipalArn": "arn:aws-cn:iam::*:role/x" } }),
    ),
    "subjects of any owner's template": policy(
      github("StringLike", ["environment:production:*", "ref:refs/heads/main*"]),
    ),
    "owners by an environment": policy(github("StringLike", "repository_owner:*:environment:prod")),
    "workflows of any owner": policy(github("StringLike", "job_workflow_ref:*/oidc.yml@*")),
    "owners of a name": policy(oidc({ StringLike: { [`${GITHUB}:repository_owner`]: "acme*" } })),
    "repositories by half a number": policy(
      oidc({ StringLike: { [`${GITHUB}:repository_id`]: "1*" } }),
    ),
    "groups of a name": policy(
      oidc({ StringLike: { "gitlab.com:namespace_path": "my*" } }, "gitlab.com"),
    ),
    "every application": policy(
      oidc(
        { StringLike: { "accounts.google.com:aud": "*.apps.googleusercontent.com" } },
        "accounts.google.com",
      ),
    ),
    "every application that has a prefix": policy(
      trust(
        { Federated: "www.amazon.com" },
        { StringLike: { "www.amazon.com:app_id": "amzn1.*" } },
        "sts:AssumeRoleWithWebIdentity",
      ),
    ),
    "every environment of Pulumi": policy(
      oidc(
        { StringLike: { "api.pulumi.com/oidc:sub": "pulumi:environments:org:*" } },
        "api.pulumi.com/oidc",
      ),
    ),
    "every identity pool of one region": policy(
      cognito({ StringLike: { "cognito-identity.amazonaws.com:aud": "us-east-1:*" } }),
    ),
    "half of the internet, by two operators": policy(
      trust(
        { AWS: "*" },
        {
          IpAddress: { "aws:SourceIp": "0.0.0.0/0" },
          NotIpAddress: { "aws:SourceIp": "128.0.0.0/1" },
        },
      ),
    ),
    "every environment of a name": policy(github("StringLike", "repo:*:environment:prod")),
    "owners that begin alike": policy(github("StringLike", "repo:acme*")),
    "every repository of a name": policy(github("StringLike", "repo:*/kennel:*")),
    "a subject, if there is one": policy(
      github("StringEqualsIfExists", "repo:acme/kennel:ref:refs/heads/main"),
    ),
    "no identity pool": policy(cognito()),
    "any identity pool": policy(
      cognito({
        "ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": "authenticated" },
      }),
    ),
    "every identity pool of a region": policy(
      cognito({ StringLike: { "cognito-identity.amazonaws.com:aud": "*:*" } }),
    ),
    "another provider's audience": policy(
      oidc({ StringEquals: { "gitlab.com:aud": "https://gitlab.com" } }, "gitlab.com"),
    ),
    "every project": policy(
      oidc({ StringLike: { "gitlab.com:sub": "project_path:*" } }, "gitlab.com"),
    ),
  },
  "role-trust-source": {
    "a source of any account": policy(
      trust(
        { Service: "scheduler.amazonaws.com" },
        { ArnLike: { "aws:SourceArn": "arn:aws:scheduler:eu-west-1:*:schedule/default/kennel" } },
      ),
    ),
    "a service for any customer": policy(trust({ Service: "sagemaker.amazonaws.com" })),
    "any source": policy(
      trust(
        { Service: "sagemaker.amazonaws.com" },
        { ArnLike: { "aws:SourceArn": "arn:aws:sagemaker:*:*:*" } },
      ),
    ),
  },
  "resource-policy-source": {
    "everybody who is a service": policy(bucket({ Bool: { "aws:PrincipalIsAWSService": "true" } })),
    "everybody who is one service": policy(
      bucket({ StringEquals: { "aws:PrincipalServiceName": "cloudtrail.amazonaws.com" } }),
    ),
    "a service for any customer": policy(deployment("s3.amazonaws.com")),
    "any source account": policy(
      deployment("s3.amazonaws.com", { StringLike: { "aws:SourceAccount": "*" } }),
    ),
  },
  "invoke-endpoint-scope": {
    "endpoints of the caller's account": policy(
      allow(
        "sagemaker:InvokeEndpoint",
        "arn:aws:sagemaker:us-east-1:${aws:PrincipalAccount}:endpoint/*",
      ),
    ),
    "endpoints of a region": policy(
      allow("sagemaker:InvokeEndpoint", "arn:aws:sagemaker:us-east-1:*"),
    ),
    "endpoints of some regions": policy(allow("sagemaker:InvokeEndpoint", "arn:aws:sagemaker:us*")),
  },
  "pass-role-scope": {
    "an account's roles, the rest of their ARN left out": policy(
      allow("iam:PassRole", "arn:aws:iam::123456789012"),
    ),
    "every role of the caller's account": policy(
      allow("iam:PassRole", "arn:aws:iam::${aws:PrincipalAccount}:role/*"),
    ),
    "untagged roles": policy(
      allow("iam:PassRole", "*", { StringEqualsIfExists: { "aws:ResourceTag/team": "vision" } }),
    ),
    "any service by wildcard": policy(
      allow("iam:PassRole", "*", { StringLike: { "iam:PassedToService": "*.amazonaws.com" } }),
    ),
    "one region": policy(
      allow("iam:PassRole", "*", { StringEquals: { "aws:RequestedRegion": "eu-west-1" } }),
    ),
    "any service, if one is named": policy(
      allow("iam:PassRole", "*", {
        StringLike: { "iam:PassedToService": ["sagemaker.amazonaws.com", "*"] },
      }),
    ),
  },
  "no-privilege-escalation": {
    "functions of wherever the caller is": policy(
      allow(
        "lambda:UpdateFunctionCode",
        "arn:aws:lambda:${aws:RequestedRegion}:${aws:PrincipalAccount}:function:*",
      ),
    ),
    "logins as one user": policy(
      allow("ec2-instance-connect:SendSSHPublicKey", "*", {
        StringEquals: { "ec2:osuser": "ubuntu" },
      }),
    ),
    "functions of a region": policy(
      allow("lambda:UpdateFunctionCode", "arn:aws:lambda:us-east-1:*"),
    ),
    "roles of the organization": policy(
      allow("sts:AssumeRole", "*", { StringEquals: { "aws:ResourceOrgID": "o-1" } }),
    ),
    "commands on any instance": policy(
      allow("ssm:SendCommand", [
        "arn:aws:ec2:*:*:instance/*",
        "arn:aws:ssm:*:*:document/AWS-RunShellScript",
      ]),
    ),
    "commands on any instance, by two statements": policy(
      allow("ssm:SendCommand", "arn:aws:ec2:*:123456789012:instance/*"),
      allow("ssm:SendCommand", "arn:aws:ssm:*::document/AWS-RunPowerShellScript"),
    ),
    "shells on untagged instances": policy(
      allow("ssm:StartSession", "*", {
        StringEqualsIfExists: { "ssm:resourceTag/team": "vision" },
      }),
    ),
    "any of SageMaker's roles for jobs of a name": policy(
      allow("iam:PassRole", "*", { StringEquals: PASS }),
      allow("sagemaker:CreateTrainingJob", "arn:aws:sagemaker:*:*:training-job/team-*"),
    ),
    "an administrator's policy for any role": policy(
      allow("iam:AttachRolePolicy", "*", {
        ArnLike: { "iam:PolicyARN": "arn:aws:iam::aws:policy/*" },
      }),
    ),
    "a boundary that bounds nothing": policy(
      allow("iam:PutRolePolicy", "*", {
        StringEquals: { "iam:PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess" },
      }),
    ),
    "policies for oneself": policy(
      allow("iam:PutUserPolicy", "arn:aws:iam::*:user/${aws:username}"),
    ),
    "functions of the account": policy(
      allow("lambda:UpdateFunctionCode", "*", {
        StringEquals: { "aws:ResourceAccount": "${aws:PrincipalAccount}" },
      }),
    ),
    "permission sets": policy(allow("sso:PutInlinePolicyToPermissionSet")),
    "roles under a name that the caller chooses": policy(
      allow("sts:AssumeRole", "*", { StringLike: { "sts:RoleSessionName": "${aws:username}" } }),
    ),
    "roles with an external ID": policy(
      allow("sts:AssumeRole", "*", { StringEquals: { "sts:ExternalId": "kennel" } }),
    ),
    "small instances with any role": policy(
      allow("iam:PassRole", "*", { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } }),
      allow("ec2:RunInstances", "*", { StringEquals: { "ec2:InstanceType": "t3.micro" } }),
    ),
    "jobs in a VPC with any of SageMaker's roles": policy(
      allow("iam:PassRole", "*", { StringEquals: PASS }),
      allow("sagemaker:CreateTrainingJob", "*", {
        "ForAnyValue:StringEquals": { "sagemaker:VpcSubnets": ["subnet-1"] },
      }),
    ),
    "any policy but one": policy(
      allow("iam:AttachRolePolicy", "*", {
        ArnNotEquals: { "iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess" },
      }),
    ),
    "functions of a region, the rest of their ARN left out": policy(
      allow("lambda:UpdateFunctionCode", "arn:aws:lambda:eu-west-1:*"),
    ),
    "all functions of an account": policy(
      allow("lambda:UpdateFunctionCode", "arn:aws:lambda:*:123456789012:function:*"),
    ),
    "any notebook's URL": policy(allow("sagemaker:CreatePresignedNotebookInstanceUrl")),
    "any domain's URL": policy(allow("sagemaker:CreatePresignedDomainUrl")),
    "any notebook of an account": policy(
      allow(
        "sagemaker:CreatePresignedNotebookInstanceUrl",
        "arn:aws:sagemaker:eu-west-1:123456789012:notebook-instance/*",
      ),
    ),
    "scripts of notebooks": policy(
      allow(["sagemaker:UpdateNotebookInstanceLifecycleConfig", "sagemaker:StartNotebookInstance"]),
    ),
    "jobs with any of SageMaker's roles": policy(
      allow("iam:PassRole", "*", { StringEquals: PASS }),
      allow("sagemaker:CreateTrainingJob"),
    ),
    "endpoints with any of SageMaker's roles": policy(
      allow("iam:PassRole", "*", { StringEquals: PASS }),
      allow(ENDPOINT_CONFIG),
    ),
    "functions' configuration": policy(allow("lambda:UpdateFunctionConfiguration")),
    "policies with MFA": policy(
      allow("iam:PutRolePolicy", "*", { Bool: { "aws:MultiFactorAuthPresent": "true" } }),
    ),
    "commands on instances": policy(allow("ssm:SendCommand")),
    "boundaries of roles": policy(allow("iam:DeleteRolePermissionsBoundary")),
  },
  "no-full-access": {
    "a service's resources, the rest of their ARN left out": policy(
      allow("sqs:*", "arn:aws:sqs:eu-west-1:*"),
    ),
    "a service called as a property of objects": policy(allow("constructor:*")),
    "another one": policy(allow("__proto__:*")),
    "a third": policy(allow("toString:*")),
  },
  "": {
    "an organization that is not known yet": policy(
      bucket({ StringEquals: { "aws:PrincipalOrgID": UNKNOWN } }),
    ),
    "a Deny unless in one": policy(
      bucket(),
      denyUnless({ StringNotEquals: { "aws:PrincipalOrgID": UNKNOWN } }),
    ),
    "a service that is not known yet": policy(
      allow("iam:PassRole", "*", { StringEquals: { "iam:PassedToService": UNKNOWN } }),
    ),
    "what has ended": policy(
      allow("*", "*", { DateLessThan: { "aws:CurrentTime": "2020-01-01T00:00:00Z" } }),
    ),
    "one policy to attach": policy(
      allow("iam:AttachRolePolicy", "*", {
        ArnEquals: { "iam:PolicyARN": "arn:aws:iam::aws:policy/ReadOnlyAccess" },
      }),
    ),
    "all of one service but what has another tag": policy(allow("sagemaker:InvokeEndpoint"), {
      ...allow("sagemaker:InvokeEndpoint", "*", {
        StringNotEquals: { "aws:ResourceTag/team": "dogs" },
      }),
      Effect: "Deny",
    }),
    "everything but what is not one action": policy(allow("*"), {
      Effect: "Deny",
      NotAction: ["s3:GetObject"],
      Resource: "*",
    }),
    "commands on one instance": policy(
      allow("ssm:SendCommand", ["arn:aws:ec2:*:*:instance/i-0123", "arn:aws:ssm:*:*:document/*"]),
    ),
    "one document on any instance": policy(
      allow("ssm:SendCommand", ["arn:aws:ec2:*:*:instance/*", "arn:aws:ssm:*:1:document/own"]),
    ),
    "jobs that would need what is not allowed": policy(
      allow("iam:PassRole", "*", { StringEquals: PASS }),
      allow("sagemaker:CreateTrainingJob", "arn:aws:s3:::kennel/*"),
    ),
    "a policy that gives little": policy(
      allow("iam:AttachRolePolicy", "*", {
        ArnEquals: { "iam:PolicyARN": "arn:aws:iam::aws:policy/ReadOnlyAccess" },
      }),
    ),
    "one's own access keys": policy(
      allow("iam:CreateAccessKey", "arn:aws:iam::*:user/${aws:username}"),
    ),
    "functions of a prefix": policy(
      allow("lambda:UpdateFunctionCode", "arn:aws:lambda:*:123456789012:function:kennel-*"),
    ),
    "roles of a path": policy(
      allow("iam:PassRole", "arn:aws:iam::*:role/service-role/*"),
      allow("sagemaker:CreateTrainingJob"),
    ),
    "what a Deny leaves of roles": policy(allow("iam:PassRole"), {
      Effect: "Deny",
      Action: "iam:PassRole",
      NotResource: "arn:aws:iam::123456789012:role/kennel",
    }),
    "one service account": policy(
      oidc({ StringEquals: { [`${EKS}:sub`]: "system:serviceaccount:prod:kennel" } }, EKS),
    ),
    "one owner of repositories": policy(
      oidc({ StringEquals: { [`${GITHUB}:repository_owner`]: "acme" } }),
    ),
    "one organization's pipelines": policy(
      oidc(
        { StringLike: { "agent.buildkite.com:sub": "organization:acme:pipeline:*" } },
        "agent.buildkite.com",
      ),
    ),
    "one application of Google's": policy(
      trust(
        { Federated: "accounts.google.com" },
        { StringEquals: { "accounts.google.com:aud": "1234" } },
        "sts:AssumeRoleWithWebIdentity",
      ),
    ),
    "one application of Amazon's": policy(
      trust(
        { Federated: "www.amazon.com" },
        { StringEquals: { "www.amazon.com:app_id": "amzn1.application" } },
        "sts:AssumeRoleWithWebIdentity",
      ),
    ),
    "SAML's audience": policy(
      trust(
        { Federated: "arn:aws:iam::123456789012:saml-provider/a" },
        { StringEquals: { "SAML:aud": "https://signin.aws.amazon.com/saml" } },
        SAML,
      ),
    ),
    "an organization's unit": policy(
      bucket({ "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": "o-1/r-1/ou-1/*" } }),
    ),
    "a service for an organization": policy(
      trust({ Service: "sagemaker.amazonaws.com" }, { StringEquals: { "aws:SourceOrgID": "o-1" } }),
    ),
    "a distribution": policy(
      bucket(
        { StringEquals: { "AWS:SourceArn": "arn:aws:cloudfront::123456789012:distribution/E1" } },
        { Service: "cloudfront.amazonaws.com" },
      ),
    ),
    "a skill of Alexa": policy({
      ...allow("lambda:InvokeFunction", FUNCTION, {
        StringEquals: { "lambda:EventSourceToken": "amzn1.ask.skill.1" },
      }),
      Principal: { Service: "alexa-appkit.amazon.com" },
    }),
    "sessions of one role": policy(bucket({ StringLike: { "aws:userid": "AROAEXAMPLE:*" } })),
    "an account's roles": policy(
      bucket({ StringLike: { "aws:PrincipalArn": "arn:aws:iam::123456789012:*" } }),
    ),
    "an access point of one account": policy(
      bucket({ StringEquals: { "s3:DataAccessPointAccount": "123456789012" } }),
    ),
    "a topic's subscribers in one account": policy({
      ...allow("sns:Subscribe", "arn:aws:sns:eu-west-1:123456789012:kennel", {
        StringEquals: { "AWS:SourceOwner": "123456789012" },
      }),
      Principal: { AWS: "*" },
    }),
    "an end in the past": policy(
      bucket({ DateLessThan: { "aws:CurrentTime": "2020-01-01T00:00:00Z" } }),
    ),
    "a Deny for all but one": policy(bucket(), {
      ...bucket(),
      Effect: "Deny",
      Principal: undefined,
      NotPrincipal: { AWS: "arn:aws:iam::123456789012:role/kennel" },
    }),
    "an organization": policy(bucket({ StringEquals: { "aws:PrincipalOrgID": "o-1" } })),
    "an office": policy(bucket({ IpAddress: { "aws:SourceIp": ["192.0.2.0/24", "10.0.0.0/8"] } })),
    "a VPC": policy(bucket({ StringEquals: { "aws:SourceVpc": "vpc-1" } })),
    "an account's bucket": policy(
      bucket({ StringEquals: { "aws:SourceAccount": "123456789012" } }),
    ),
    "a Deny unless in the organization": policy(
      bucket(),
      denyUnless({ StringNotEquals: { "aws:PrincipalOrgID": "o-1" } }),
    ),
    "a Deny unless through an endpoint": policy(
      bucket(),
      denyUnless({ StringNotEquals: { "aws:SourceVpce": "vpce-1" } }),
    ),
    "a data perimeter": policy(
      bucket(),
      denyUnless({
        StringNotEqualsIfExists: { "aws:PrincipalOrgID": "o-1" },
        BoolIfExists: { "aws:PrincipalIsAWSService": "false" },
      }),
    ),
    "a role of the organization": policy(trust("*"), {
      ...trust("*", { StringNotEquals: { "aws:PrincipalOrgID": "o-1" } }),
      Effect: "Deny",
    }),
    "accounts by the role's ARN": policy(
      trust("*", { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::123456789012:role/*" } }),
    ),
    "repositories of one owner": policy(github("StringLike", "repo:acme/kennel:*")),
    "a Deny for each action on what it is called on": policy(
      {
        ...bucket(),
        Action: ["s3:GetObject", "s3:ListBucket"],
        Resource: ["arn:aws:s3:::kennel", "arn:aws:s3:::kennel/*"],
      },
      ...(
        [
          ["s3:GetObject", "arn:aws:s3:::kennel/*"],
          ["s3:ListBucket", "arn:aws:s3:::kennel"],
        ] as const
      ).map(([Action, Resource]) => ({
        ...denyUnless({ StringNotEquals: { "aws:PrincipalOrgID": "o-1" } }),
        Action,
        Resource,
      })),
    ),
    "the owner's organization": policy(
      bucket({ StringEquals: { "aws:PrincipalOrgID": "${aws:ResourceOrgID}" } }),
    ),
    "one function's credentials": policy(
      bucket({ ArnLike: { "lambda:SourceFunctionArn": FUNCTION } }),
    ),
    "any environment of one repository": policy(
      github("StringLike", "environment:*:repo:acme/kennel"),
    ),
    "an environment of one owner": policy(
      github("StringLike", "environment:prod:repository_owner:acme"),
    ),
    "one project of CircleCI": policy(
      oidc(
        {
          StringEquals: {
            "oidc.circleci.com/org/1:oidc.circleci.com/project-id": "0a1b",
          },
        },
        "oidc.circleci.com/org/1",
      ),
    ),
    "jobs of one definition": policy(
      allow("batch:SubmitJob", [
        "arn:aws:batch:*:*:job-definition/train:1",
        "arn:aws:batch:*:*:job-queue/*",
      ]),
    ),
    "networks that leave one address": policy(
      trust(
        { AWS: "*" },
        {
          IpAddress: { "aws:SourceIp": "192.0.2.0/24" },
          NotIpAddress: { "aws:SourceIp": "10.0.0.0/8" },
        },
      ),
    ),
    "one pool of another partition": policy(
      trust(
        { Federated: "cognito-identity.amazonaws.com.cn" },
        { StringEquals: { "cognito-identity.amazonaws.com.cn:aud": "cn-north-1:0a1b" } },
        "sts:AssumeRoleWithWebIdentity",
      ),
    ),
    "subjects of one repository by its number": policy(
      github("StringLike", "repository_id:1234:environment:*"),
    ),
    "projects of one group": policy(
      oidc({ StringLike: { "gitlab.com:project_path": "mygroup/*" } }, "gitlab.com"),
    ),
    "one identity pool": policy(
      cognito({ StringEquals: { "cognito-identity.amazonaws.com:aud": "eu-west-1:0a1b" } }),
    ),
    "a key in one account": policy({
      ...allow(["kms:Decrypt"], "*", { StringEquals: { "kms:CallerAccount": "123456789012" } }),
      Principal: { AWS: "*" },
    }),
    "a service for one account": policy(
      trust(
        { Service: "sagemaker.amazonaws.com" },
        { ArnLike: { "aws:SourceArn": "arn:aws:sagemaker:*:123456789012:*" } },
      ),
    ),
    "a bucket's messages": policy(
      deployment("s3.amazonaws.com", {
        ArnLike: { "aws:SourceArn": "arn:aws:s3:*:*:kennel-photos" },
      }),
    ),
    "one role, to one service": policy(
      allow("iam:PassRole", "arn:aws:iam::123456789012:role/kennel", { StringEquals: PASS }),
      allow("sagemaker:CreateTrainingJob"),
    ),
    "any role, to one service": policy(allow("iam:PassRole", "*", { StringEquals: PASS })),
    "policies within a boundary": policy(
      allow("iam:PutRolePolicy", "*", {
        StringEquals: { "iam:PermissionsBoundary": "arn:aws:iam::123456789012:policy/edge" },
      }),
    ),
    "what is tagged": policy(
      allow("ssm:SendCommand", "*", { StringEquals: { "aws:ResourceTag/team": "vision" } }),
    ),
  },
};

function withPatches(document: unknown, patches: readonly Patch[]): Fields {
  const read = (typeof document === "string" ? JSON.parse(document) : document) as Fields;
  const replaced = new Set(patches.flatMap(({ statements }) => statements));
  const kept = [read["Statement"]].flat().filter((_, index) => !replaced.has(index));
  return { ...read, Statement: [...kept, ...patches.flatMap((each) => each.with)] };
}

/** Whether a document has exposures or escalations, all of which must go once all of their fixes are pasted. */
function goTogether(document: unknown, { analysable, findings }: Verdict): boolean {
  const rules = /^(?:role-trust|no-public|resource-policy|no-privilege)/;
  const some = findings.filter(({ rule }) => analysable && rules.test(rule));
  if (some.length === 0) {
    return false;
  }
  const patches = new Map(some.map(({ patch }) => [JSON.stringify(patch), patch!]));
  const after = check(withPatches(document, [...patches.values()]));
  assert.deepEqual(
    after.findings.filter(({ rule }) => rules.test(rule)),
    [],
  );
  return true;
}

const check = (document: unknown): Verdict => checkDocument(document, { now: NOW });
const rulesOf = ({ findings }: Verdict): string[] => [...new Set(findings.map(({ rule }) => rule))];

describe("what a document breaks", () => {
  before(loadAllServices);

  for (const [rule, table] of Object.entries(documents)) {
    for (const [title, document] of Object.entries(table)) {
      it(`is ${rule === "" ? "nothing" : rule}: ${title}`, () => {
        assert.deepEqual(rulesOf(check(document)), rule === "" ? [] : [rule]);
      });
    }
  }

  for (const { id, document, expected } of cases) {
    it(`is labelled ${id}`, () => {
      const { analysable, fullAccess, invokeScope } = check(document);
      assert.equal(analysable, expected.analysable);
      if (expected.fullAccess !== null) {
        assert.equal(fullAccess, expected.fullAccess);
        assert.equal(invokeScope === "unscoped", expected.invokeUnscoped);
      }
    });
  }

  it("goes once a fix is pasted, which adds nothing else", () => {
    const all = [
      ...cases.map(({ document }) => document),
      ...Object.values(documents).flatMap((table) => Object.values(table)),
      policy(allow(["iam:PasRole", "s3:GetObject"])),
      policy(allow("sagemaker:InvokEndpoint")),
      policy(allow("s3:Frobnicate")),
      ...["sagemker:*", "sagemker:Create*", "sagemker:*Model", "iamm:Put*"].flatMap((action) => [
        policy(allow(action)),
        policy(allow([action, "sqs:SendMessage"], "arn:aws:s3:::a/*")),
        policy(allow(action, "*", { Bool: { "aws:MultiFactorAuthPresent": "true" } })),
        policy(allow("s3:GetObject"), { Effect: "Deny", Action: action, Resource: "*" }),
      ]),
      policy(allow("*", "*", { Bool: { "aws:MultiFactorAuthPresent": "true" } })),
      policy(
        allow(["iam:PutRolePolicy", "iam:AttachRolePolicy", "ssm:SendCommand"]),
        allow(["iam:AttachRolePolicy", "lambda:Update*", "glue:*"], "*", {
          StringEquals: { "aws:RequestedRegion": "eu-west-1" },
        }),
      ),
      policy(
        trust({ AWS: ["*", "123456789012"], Service: ["glue.amazonaws.com", "ec2.amazonaws.com"] }),
        oidc({}),
      ),
      policy(allow("s3:GetObject"), { Effect: "Deny", Action: "iam:PasRole", Resource: "*" }),
    ];
    let pasted = 0;
    let together = 0;
    for (const document of all) {
      const before = check(document);
      together += goTogether(document, before) ? 1 : 0;
      for (const { rule, message, fix, patch } of before.analysable ? before.findings : []) {
        assert.ok(patch, message);
        const after = check(withPatches(document, [patch]));
        const count = (checked: Verdict, wanted: string): number =>
          checked.findings.filter((each) => each.rule === wanted).length;
        assert.ok(after.analysable, fix);
        assert.ok(count(after, rule) < count(before, rule), `${message}\n${fix}`);
        for (const each of rulesOf(after)) {
          assert.ok(count(after, each) <= count(before, each), `${each}: ${message}\n${fix}`);
        }
        pasted++;
      }
    }
    assert.ok(pasted > 150, String(pasted));
    assert.ok(together > 50, String(together));
  });

  it("names actions that AWS does not have, with the nearest that it has", () => {
    const { findings } = check(
      policy(allow(["s3:GetObjct", "s3:GetObject", "s3:PutObjekt*", "dinamodb:GetItem"])),
    );
    assert.deepEqual(
      findings.map(({ rule, level }) => [rule, level]),
      [["known-actions", "advisory"]],
    );
    assert.match(
      findings[0]!.message,
      /"s3:GetObjct" \(did you mean s3:GetObject\?\), "s3:PutObjekt\*" \(did you mean s3:PutObject\?\), "dinamodb:GetItem" \(did you mean dynamodb:GetItem\?\)/,
    );
    for (const action of ["s3:GetObject?", "s3:*Zebra*", "newservice:Frobnicate", "s3:Get*"]) {
      assert.deepEqual(rulesOf(check(policy(allow(action)))), [], action);
    }
    assert.deepEqual(rulesOf(check(policy(allow("s3:Frobnicate")))), ["known-actions"]);
  });

  it("names the kind of a document that stands alone", () => {
    const kindOf = (action: string, resource?: string): string =>
      check(
        policy({
          Effect: "Allow",
          Principal: { AWS: "123456789012" },
          Action: action,
          ...(resource === undefined ? {} : { Resource: resource }),
        }),
      ).kind;
    assert.equal(check(policy(allow("s3:GetObject"))).kind, "identity");
    assert.equal(kindOf("sts:AssumeRole"), "trust");
    assert.equal(kindOf("ecr:BatchGetImage"), "repository");
    assert.equal(kindOf("s3:GetObject", "arn:aws:s3:::a/*"), "bucket");
    assert.equal(kindOf("kms:Decrypt", "*"), "key");
    assert.equal(kindOf("glue:GetTable", "*"), "resource");
  });

  it("is said with the conditions that do not count", () => {
    const { findings } = check(
      policy(bucket({ StringLike: { "aws:SourceVpc": "vpc-*", "aws:Referer": "a" } })),
    );
    assert.match(
      findings[0]!.message,
      /no condition keeps strangers out \(StringLike aws:SourceVpc takes in strangers, too; StringLike aws:Referer does not say who/,
    );
  });

  it("is said of twenty grants, and of the others how many they are", () => {
    const endpoint = (_: unknown, index: number): Fields =>
      allow("sagemaker:InvokeEndpoint", `arn:aws:sagemaker:*:${100000000000 + index}:endpoint/*`);
    const { findings } = check(policy(...Array.from({ length: 23 }, endpoint)));
    const invoke = findings.filter(({ rule }) => rule === findings[0]!.rule);
    assert.equal(invoke.length, 21);
    assert.equal(invoke.at(-1)!.message, "the same in 3 more places");
  });
});
