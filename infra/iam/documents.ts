import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Statement } from "./statements";

/** A service that takes one of the program's roles. */
export type ServicePrincipal =
  | "ec2.amazonaws.com"
  | "lambda.amazonaws.com"
  | "sagemaker.amazonaws.com";

/** A policy document of `statements`, which may come in lists. */
export function policy(...statements: (Statement | Statement[])[]): aws.iam.PolicyDocument {
  return { Version: "2012-10-17", Statement: statements.flat() };
}

/**
 * A trust policy for one AWS service.
 *
 * @param sourceAccount refuses the service when it acts for another account; only for services that send it (Lambda and
 * EC2 do not: they take roles of their own account only, through iam:PassRole)
 */
export function trust(
  service: ServicePrincipal,
  sourceAccount?: pulumi.Input<string>,
): aws.iam.PolicyDocument {
  return policy({
    Effect: "Allow",
    Principal: { Service: service },
    Action: "sts:AssumeRole",
    ...(sourceAccount === undefined
      ? {}
      : { Condition: { StringEquals: { "aws:SourceAccount": sourceAccount } } }),
  });
}
