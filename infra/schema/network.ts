import { z } from "zod";
import { subnetId } from "./instance-type";

/** A list without repetitions; SageMaker refuses a subnet or group that is named twice. */
const distinct = (item: z.ZodString, name: string, least: number, most: number) =>
  z
    .array(item)
    .min(least)
    .max(most)
    .superRefine((list, context) => {
      const repeated = list.find((each, index) => list.indexOf(each) !== index);
      if (repeated !== undefined) {
        context.addIssue({ code: "custom", message: `names ${name} ${repeated} twice` });
      }
    });

/**
 * A model's place in a VPC, under `serving.network`.
 *
 * Limits: SageMaker's `VpcConfig` (1 to 16 subnets, 1 to 5 security groups); hosting asks for two subnets in different
 * zones, even of a single instance (SageMaker developer guide, "Give SageMaker AI hosted endpoints access to resources in
 * your Amazon VPC").
 */
export const networkSchema = z
  .strictObject({
    subnetIds: distinct(
      subnetId.meta({ allowed: "the id of a subnet", example: "subnet-0123456789abcdef0" }),
      "the subnet",
      2,
      16,
    ).meta({
      description:
        "Private subnets in different zones, with a gateway endpoint for S3 and two free addresses for each instance",
      allowed: "a list of 2 to 16 subnet ids",
      example: '["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]',
    }),
    securityGroupIds: distinct(
      z
        .string()
        .regex(/^sg-[0-9a-f]{8,17}$/)
        .meta({ allowed: "the id of a security group", example: "sg-0123456789abcdef0" }),
      "the security group",
      1,
      5,
    ).meta({
      description: "Security groups of the same VPC, which decide what the instances reach",
      allowed: "a list of 1 to 5 security group ids",
      example: '["sg-0123456789abcdef0"]',
    }),
    isolated: z.boolean().default(true).meta({
      description:
        "Whether the container still has no network: SageMaker alone uses the VPC, to load the model; false: the container reaches what the VPC reaches",
      example: "true",
    }),
  })
  .meta({
    description:
      "VPC that the model is in; absent: none, and the container has no network. Serverless endpoints know neither",
    example:
      '{"subnetIds": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"], "securityGroupIds": ["sg-0123456789abcdef0"]}',
  });

/** A model's place in a VPC. */
export type NetworkConfig = z.output<typeof networkSchema>;
