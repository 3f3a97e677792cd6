import { Alarms, Endpoint } from "@kennel/components";

const alarms = new Alarms("alarms", { emails: ["team@example.com"], latencyMilliseconds: 800 });

// Another model takes 10 % of the requests for ten minutes. If an alarm goes off, SageMaker rolls the update back.
const dogs = new Endpoint("dogs", {
  model: "../../samples/model",
  serving: { mode: "realtime", instanceType: "ml.c5.large" },
  scaling: { minInstances: 2, maxInstances: 4, concurrentRequestsPerInstance: 20 },
  rollout: { strategy: "canary", percentage: 10, waitSeconds: 600 },
  function: { access: { type: "url" } },
  alarms,
});

export const endpointName = dogs.endpointName;
export const functionUrl = dogs.functionUrl;
