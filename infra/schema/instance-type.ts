import { z } from "zod";
import { isArm, isGraviton } from "../../packages/aws-facts/instance-types";

/** A SageMaker instance type by its form; AWS adds types faster than a list here could follow. */
export const sagemakerInstanceType = z
  .string()
  .regex(/^ml\.[a-z][a-z0-9-]*\.(medium|large|xlarge|\d{1,2}xlarge)$/);

/** What notebooks run on. Source: the `InstanceType` of SageMaker's API, none of which is Arm. */
export const notebookInstanceType = sagemakerInstanceType.refine(
  (type) => !isArm(type),
  "has an Arm processor, and SageMaker's notebook instances have none",
);

/** What endpoints run on: all but ml.t3, which is for notebooks and training. */
export const servingInstanceType = sagemakerInstanceType.regex(/^ml\.(?!t3\.)/);

/**
 * What jobs run on: all but ml.t2, which is for notebooks and endpoints, and Graviton.
 *
 * Source: the `TrainingInstanceType` of SageMaker's API, whose only Arm family is p6e-gb200.
 */
export const trainingInstanceType = sagemakerInstanceType
  .regex(/^ml\.(?!t2\.)/)
  .refine((type) => !isGraviton(type), "has a Graviton processor, and SageMaker's jobs have none");

/** A subnet's id. */
export const subnetId = z.string().regex(/^subnet-[0-9a-f]{8,17}$/);
