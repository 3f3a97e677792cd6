import type { RegisteredResource } from "../../infra/offline/registrations";

/** `aws:s3/bucket:Bucket` reads as `aws:s3:Bucket`, the way Pulumi's own display shortens it. */
export function shortType(type: string): string {
  return type.replace(/^(\w[\w-]*:\w+)\/\w+:/, "$1:");
}

/** Resources by the URN of their parent. */
export function childrenOf(
  resources: readonly RegisteredResource[],
): ReadonlyMap<string, readonly RegisteredResource[]> {
  const children = new Map<string, RegisteredResource[]>();
  for (const resource of resources) {
    children.set(resource.parent, [...(children.get(resource.parent) ?? []), resource]);
  }
  return children;
}
