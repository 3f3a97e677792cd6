const ROOT_TYPE = "pulumi:pulumi:Stack";

/**
 * A resource's type as its URN has it, below those of its parents. The engine leaves the stack itself out of the chain.
 *
 * @param parent the parent's URN, or an empty text
 */
export function typeChain(parent: string, type: string): string {
  const parentType = parent.split("::")[2] ?? "";
  return parentType === "" || parentType === ROOT_TYPE ? type : `${parentType}$${type}`;
}

/** `aws:s3/bucket:Bucket` reads as `aws:s3:Bucket`, the way Pulumi's own display shortens it. */
export function shortType(type: string): string {
  return type.replace(/^(\w[\w-]*:\w+)\/\w+:/, "$1:");
}
