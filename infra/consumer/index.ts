import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** The value of `endpoint` in an output that has one for each endpoint; the stack that lacks it is named. */
function ofEndpoint(kennel: pulumi.StackReference, output: string, endpoint: string) {
  return kennel.requireOutput(output).apply((values: Record<string, string>) => {
    const value = values[endpoint];
    if (value === undefined) {
      throw new pulumi.RunError(
        `The stack ${stackName} has no ${endpoint} among its ${output}. It has: ${Object.keys(values).join(", ") || "none"}.`,
      );
    }
    return value;
  });
}

const config = new pulumi.Config();
const stackName = config.require("kennel");
const endpoint = config.get("endpoint") ?? "main";
const kennel = new pulumi.StackReference(stackName);
const { region } = aws.getRegionOutput();
const { accountId } = aws.getCallerIdentityOutput();
const { partition } = aws.getPartitionOutput();

/** What the application calls; `live` is the alias that always points to a published version. */
export const functionName = ofEndpoint(kennel, "functionNames", endpoint);

const role = new aws.iam.Role("dog-app", {
  description: "What the application may do",
  assumeRolePolicy: {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "ecs-tasks.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "aws:SourceAccount": accountId } },
      },
    ],
  },
});
new aws.iam.RolePolicy(
  "classify",
  {
    role: role.name,
    policy: {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Classify",
          Effect: "Allow",
          Action: "lambda:InvokeFunction",
          Resource: pulumi.interpolate`arn:${partition}:lambda:${region}:${accountId}:function:${functionName}:live`,
        },
      ],
    },
  },
  { parent: role },
);

export const roleArn = role.arn;
