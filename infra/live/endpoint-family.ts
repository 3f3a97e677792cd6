import { endpointNameStem } from "../names";
import type { LiveAccount } from "./account";

/** The names in the account of an endpoint and of those that it takes the place of, itself included where it exists. */
export async function endpointFamily(
  account: LiveAccount,
  endpointName: string,
): Promise<readonly string[]> {
  const stem = endpointNameStem(endpointName);
  if (stem === undefined) {
    return [endpointName];
  }
  const names = await account.endpointNames(stem);
  return names.filter((name) => name.startsWith(stem) && endpointNameStem(name) === stem);
}
