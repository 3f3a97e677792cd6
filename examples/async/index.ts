import { Endpoint } from "@kennel/components";

// Requests and answers are objects in the bucket. Without any request there is no instance, and nothing to pay for one.
const archive = new Endpoint("archive", {
  model: "../../samples/model",
  serving: { mode: "async", instanceType: "ml.c5.large", concurrentPerInstance: 8 },
  scaling: { minInstances: 0, maxInstances: 3, backlogPerInstance: 50 },
});

export const endpointName = archive.endpointName;
