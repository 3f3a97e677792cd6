import { currentLocation, type Location } from "../location";

/** The account that the mocks answer with, in us-east-1. */
export function testLocation(): Location {
  return currentLocation("us-east-1", {});
}
