import { resolveEndpoint, writtenEndpoint } from "../schema/endpoint";

/** An endpoint's settings by themselves, with every default filled in. */
export const endpointSchema = writtenEndpoint.transform(resolveEndpoint);
