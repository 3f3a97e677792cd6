import { z } from "zod";
import { cidrProblem } from "./cidr";
import { isArm } from "../../packages/aws-facts/instance-types";
import { subnetId } from "./instance-type";
import { roleSchema } from "./role";
import { hyperparametersSchema } from "./training";

const cidr = z
  .string()
  .refine((text) => cidrProblem(text) === undefined, {
    error: ({ input }) => cidrProblem(input as string),
  })
  .meta({
    allowed: "your own network in CIDR notation, IPv4 /16 to /32 or IPv6 /32 to /128",
    example: "198.51.100.7/32",
  });

const tuning = z
  .strictObject({
    trials: z.int().min(1).max(100_000).default(20).meta({
      description: "Maximum number of trials",
      example: "40",
    }),
    jobs: z.int().min(1).max(256).default(1).meta({
      description: "Number of concurrent trials",
      example: "2",
    }),
  })
  .meta({
    description:
      "Search for hyperparameters with Optuna: the trainer runs tune.py in place of train.py. Omit for none",
    example: '{"trials": 40}',
  });

/** The EC2 instance that trains, under `kennel:trainer`. */
export const trainerSchema = z
  .strictObject({
    instanceType: z
      .string()
      .regex(/^[a-z][a-z0-9-]*\.(nano|micro|small|medium|large|xlarge|\d{1,3}xlarge|metal)$/)
      .meta({
        description: "EC2 instance type",
        allowed: "an EC2 instance type (without ml.)",
        example: "g4dn.xlarge",
      })
      .refine(
        (type) => !isArm(type),
        "has an Arm processor, and the trainer's machine image is for x86",
      )
      .default("t3.medium"),
    allowedCidrs: z.array(cidr).default([]).meta({
      description: "Networks that may connect by SSH. Defaults to none: use Session Manager",
      allowed: "a list of networks in CIDR notation",
      example: '["198.51.100.7/32"]',
    }),
    keyName: z.string().min(1).max(255).optional().meta({
      description: "EC2 key pair for SSH. Omit for none",
      example: "my-key",
    }),
    amiFlavour: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]*$/)
      .default("base-oss-nvidia-driver-gpu-ubuntu-24.04")
      .meta({
        description:
          "Deep Learning AMI with Python 3.11 or later, as in the SSM parameter /aws/service/deeplearning/ami/x86_64/<flavour>/latest/ami-id",
      }),
    volumeSize: z.int().min(75).max(16_384).default(100).meta({
      description: "Size of the encrypted disk in GiB",
    }),
    idleMinutes: z.int().min(10).max(1440).default(60).meta({
      description: "Minutes without a training, a session or a login after which it stops itself",
    }),
    startTraining: z.boolean().default(false).meta({
      description:
        "Whether it trains by itself, once for each change of hyperparameters and tuning (with spot, at each start), and stops when that is done",
    }),
    hyperparameters: hyperparametersSchema.default({}),
    tuning: tuning.optional(),
    spot: z.boolean().default(false).meta({
      description:
        "Whether to use a Spot Instance, and an On-Demand one only where there is none: cheaper; its disk is deleted when it is done, and what a training needs to resume is kept in the bucket",
    }),
    subnetId: subnetId.optional().meta({
      description: "Subnet to run in. Defaults to one of the account's default VPC",
      example: "subnet-0123456789abcdef0",
    }),
    role: roleSchema.optional(),
  })
  .meta({
    description: "An EC2 instance to train on. Omit for none",
    example: '{"instanceType": "t3.large", "allowedCidrs": ["198.51.100.7/32"]}',
  });

/** A checked trainer with every default filled in. */
export type TrainerConfig = z.output<typeof trainerSchema>;
