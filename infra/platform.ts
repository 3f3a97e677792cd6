import { isArm } from "../packages/aws-facts/instance-types";
import { instanceTypeOf } from "./schema/serving";
import type { StackSettings } from "./schema/stack";

/** Operating system and processor that an image is built for, as Docker names them. */
export type Platform = "linux/amd64" | "linux/arm64";

/**
 * What runs on instances of `instanceType`.
 *
 * @param instanceType undefined where AWS chooses the instances (serverless), which are x86
 */
export function platformOf(instanceType: string | undefined): Platform {
  return instanceType !== undefined && isArm(instanceType) ? "linux/arm64" : "linux/amd64";
}

/** The platforms that each container runs on in a stack, each once; x86 where nothing runs yet. */
export function platformsInUse({
  endpoints,
  training,
}: Pick<StackSettings, "endpoints" | "training">): Readonly<
  Record<"inference" | "training", readonly Platform[]>
> {
  const serving = Object.values(endpoints).flatMap(({ existing, serving, shadow }) => {
    if (existing !== undefined) {
      return [];
    }
    return [instanceTypeOf(serving), ...(shadow ? [shadow.instanceType] : [])];
  });
  const jobs = Object.values(training).flatMap(({ instanceType, tuning }) => [
    instanceType,
    ...(tuning ? [tuning.instanceType] : []),
  ]);
  const platforms = (types: readonly (string | undefined)[]): Platform[] => [
    ...new Set((types.length > 0 ? types : [undefined]).map(platformOf)),
  ];
  return { inference: platforms(serving), training: platforms(jobs) };
}
