import * as pulumi from "@pulumi/pulumi";

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

/** The URN that the engine would give; the mock monitor's has the stack among the parents. */
export function resourceUrn(parent: string, type: string, name: string): string {
  const chain = typeChain(parent, type);
  return ["urn:pulumi:" + pulumi.getStack(), pulumi.getProject(), chain, name].join("::");
}
