import { z } from "zod";

/** A SageMaker instance type by its form; AWS adds types faster than a list here could follow. */
export const sagemakerInstanceType = z
  .string()
  .regex(/^ml\.[a-z][a-z0-9-]*\.(medium|large|xlarge|\d{1,2}xlarge)$/);

/** What endpoints run on: all but ml.t3, which is for notebooks and training. */
export const servingInstanceType = sagemakerInstanceType.regex(/^ml\.(?!t3\.)/);

/** What jobs run on: all but ml.t2, which is for notebooks and endpoints. */
export const trainingInstanceType = sagemakerInstanceType.regex(/^ml\.(?!t2\.)/);

/** A subnet's id. */
export const subnetId = z.string().regex(/^subnet-[0-9a-f]{8,17}$/);

/** Whether SageMaker keeps instances of this type out of shadow tests and rollouts in steps (Inferentia 1). */
export function isFirstInferentia(instanceType: string): boolean {
  return instanceType.startsWith("ml.inf1.");
}
