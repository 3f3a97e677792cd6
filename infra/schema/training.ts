import { z } from "zod";
import { trainingInstanceType } from "./instance-type";
import { roleSchema } from "./role";

const instanceType = trainingInstanceType.meta({
  description: "SageMaker instance type of a training job",
  allowed:
    "a SageMaker instance type for training, so none of ml.t2 and none with a Graviton processor",
  example: "ml.m5.xlarge",
});

/** SageMaker takes 100 hyperparameters, two of them the stack's own; EC2 takes 16 KiB of user data, the scripts among them. */
const mostOptions = 50;
const mostCharacters = 4000;

/** Options of train.py and their values. */
export const hyperparametersSchema = z
  .record(
    z
      .string()
      .regex(/^[a-z][a-z0-9_-]{0,40}$/)
      .meta({ allowed: "an option of train.py without its dashes" }),
    z.union([z.string().regex(/^.*$/), z.number()]).meta({
      allowed: "text of one line or a number",
      example: "32",
    }),
  )
  .superRefine((options, context) => {
    const count = Object.keys(options).length;
    const { length } = JSON.stringify(options);
    if (count > mostOptions || length > mostCharacters) {
      const message = `has ${count} options in ${length} characters; at most ${mostOptions} in ${mostCharacters} reach train.py`;
      context.addIssue({ code: "custom", message });
    }
    const names = Object.keys(options).map((name) => name.replaceAll("-", "_"));
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) {
      const message = `has ${twice} twice: to train.py, hyphens and underscores are the same`;
      context.addIssue({ code: "custom", message });
    }
  })
  .meta({
    description: "Options of train.py",
    allowed: `a map of at most ${mostOptions} options to values`,
    example: '{"batch-size": 32, "learning_rate": 0.00834}',
  });

const tuning = z
  .strictObject({
    instanceType: instanceType.default("ml.m5.large"),
    jobs: z.int().min(1).max(500).default(4).meta({
      description: "Maximum number of trials",
      example: "12",
    }),
    parallelJobs: z.int().min(1).max(100).default(1).meta({
      description: "Maximum number of concurrent trials",
      example: "3",
    }),
    earlyStopping: z.enum(["Auto", "Off"]).default("Auto").meta({
      description: "Whether SageMaker ends trials that are unlikely to be the best",
    }),
  })
  .meta({
    description: "Search for hyperparameters before the training. Omit for none",
    example: '{"jobs": 12, "parallelJobs": 3}',
  });

/** One SageMaker training job, under its name in `kennel:training`. */
export const trainingSchema = z
  .strictObject({
    instanceType: instanceType.default("ml.m5.large"),
    instanceCount: z.int().min(1).max(20).default(1).meta({
      description: "Instances that train together",
      example: "4",
    }),
    volumeSize: z.int().min(5).max(16_384).default(30).meta({
      description: "Size of each instance's encrypted disk in GB",
    }),
    maximumMinutes: z.int().min(5).max(40_320).default(120).meta({
      description: "Minutes after which the job is stopped",
    }),
    spot: z.boolean().default(false).meta({
      description:
        "Whether to use Spot capacity, which is cheaper and may be interrupted and resumed",
    }),
    hyperparameters: hyperparametersSchema.default({}),
    tuning: tuning.optional(),
    role: roleSchema.optional(),
  })
  .meta({
    allowed: "a training job's settings",
    example: '{"instanceType": "ml.m5.xlarge", "instanceCount": 1}',
  });

/** A checked training job with every default filled in. */
export type TrainingConfig = z.output<typeof trainingSchema>;
