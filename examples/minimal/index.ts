import { Endpoint } from "@kennel/components";

// A bucket, an image, a role that may load the model and nothing else, and one ml.t2.medium.
const dogs = new Endpoint("dogs", { model: "../../samples/model" });

export const endpointName = dogs.endpointName;
