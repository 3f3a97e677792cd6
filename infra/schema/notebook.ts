import { z } from "zod";
import { notebookInstanceType, subnetId } from "./instance-type";
import { roleSchema } from "./role";

const network = z
  .discriminatedUnion("type", [
    z
      .strictObject({ type: z.literal("internet") })
      .meta({ description: "Outside your VPCs, with its own internet access" }),
    z
      .strictObject({
        type: z.literal("vpc"),
        subnetId: subnetId.meta({
          description: "Private subnet with endpoints for SageMaker and S3, or a NAT gateway",
          allowed: "the id of a subnet",
          example: "subnet-0123456789abcdef0",
        }),
      })
      .meta({ description: "In your own subnet, without direct internet access" }),
  ])
  .meta({ description: "How the notebook reaches the network", example: '{"type": "internet"}' });

/** The SageMaker notebook instance, under `kennel:notebook`. */
export const notebookSchema = z
  .strictObject({
    instanceType: notebookInstanceType.default("ml.t3.medium").meta({
      description: "SageMaker instance type",
      allowed: "a SageMaker instance type for notebooks, so none with an Arm processor",
    }),
    volumeSize: z.int().min(5).max(16_384).default(10).meta({
      description: "Size of the encrypted disk in GB",
    }),
    idleMinutes: z.int().min(10).max(1440).default(60).meta({
      description: "Minutes without activity after which the notebook stops itself",
    }),
    network: network.prefault({ type: "internet" }),
    repository: z
      .string()
      .regex(/^https:\/\/[^\s]{1,1000}$/)
      .optional()
      .meta({
        description: "Git repository to open. Omit for none",
        allowed: "the https address of a Git repository",
        example: "https://github.com/team/dogs.git",
      }),
    role: roleSchema.optional(),
  })
  .meta({
    description: "A notebook to explore data in. Omit for none",
    example: '{"instanceType": "ml.t3.medium"}',
  });

/** A checked notebook with every default filled in. */
export type NotebookConfig = z.output<typeof notebookSchema>;
