/** `aws:s3/bucket:Bucket` reads as `aws:s3:Bucket`, the way Pulumi's own display shortens it. */
export function shortType(type: string): string {
  return type.replace(/^(\w[\w-]*:\w+)\/\w+:/, "$1:");
}
