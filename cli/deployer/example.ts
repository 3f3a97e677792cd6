import { encodeConfig } from "../../infra/testing/arbitrary-config";
import type { StackSettings } from "../preview/stack-file";

const model = "models/dogs/model.tar.gz";
const network = {
  subnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
  securityGroupIds: ["sg-0123456789abcdef0"],
};

/** A stack with one of everything that can be configured. */
export const exampleStack: StackSettings = {
  project: "kennel",
  stack: "prod",
  secretKeys: [],
  config: encodeConfig({
    environment: "prod",
    data: { ownKey: true, accessLogs: "team-access-logs" },
    endpoints: {
      main: {
        model: "samples/model",
        serving: { mode: "realtime", instanceCount: 2, network },
        scaling: {
          minInstances: 2,
          maxInstances: 4,
          schedule: [{ when: "cron(0 7 ? * MON-FRI *)", minInstances: 2, maxInstances: 3 }],
        },
        rollout: { strategy: "canary" },
        capture: { percentage: 10 },
        function: {
          reservedConcurrency: 5,
          provisionedConcurrency: 2,
          scaling: { maxConcurrency: 5 },
          deadLetters: { retries: 2 },
          access: { type: "api" },
          tracing: true,
        },
      },
      night: {
        model,
        serving: { mode: "async", instanceType: "ml.m5.large" },
        scaling: {
          minInstances: 2,
          maxInstances: 4,
          steps: {
            metric: "backlog",
            scaleOut: [{ from: 5, add: 1 }],
            scaleIn: [{ upTo: 0, remove: 1 }],
          },
        },
      },
      rare: {
        model,
        serving: { mode: "serverless", maxConcurrency: 1 },
        function: { memory: 512 },
      },
      theirs: { existing: "team-dogs", function: { role: { existing: "team-functions" } } },
    },
    training: { main: { instanceType: "ml.m5.xlarge", tuning: { jobs: 2, parallelJobs: 1 } } },
    trainer: { instanceType: "g4dn.xlarge", allowedCidrs: ["198.51.100.7/32"], spot: true },
    notebook: {
      instanceType: "ml.t3.medium",
      network: { type: "vpc", subnetId: "subnet-0123456789abcdef0" },
    },
    monitoring: { emails: ["team@example.com"] },
    budget: { monthlyDollars: 100, emails: ["team@example.com"] },
  }),
};
