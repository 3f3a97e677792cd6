import { z } from "zod";

/** A SageMaker instance type by its form; AWS adds types faster than a list here could follow. */
export const sagemakerInstanceType = z
  .string()
  .regex(/^ml\.[a-z][a-z0-9-]*\.(medium|large|xlarge|\d{1,2}xlarge)$/);

/** A subnet's id. */
export const subnetId = z.string().regex(/^subnet-[0-9a-f]{8,17}$/);

/** Whether SageMaker keeps instances of this type out of shadow tests and rollouts in steps (Inferentia 1). */
export function isFirstInferentia(instanceType: string): boolean {
  return instanceType.startsWith("ml.inf1.");
}
