import { Alarms, DataBucket, Endpoint, InferenceImage } from "@kennel/components";

const shared = {
  dataBucket: new DataBucket("data", { oldVersionsDays: 90 }),
  image: new InferenceImage("inference", { platforms: ["linux/amd64", "linux/arm64"] }),
  alarms: new Alarms("alarms", { emails: ["team@example.com"] }),
};

// A key in the shared bucket, where a training job has put the model.
const dogs = new Endpoint("dogs", { model: "models/dogs/model.tar.gz", ...shared });

// Arm instances: the image is built for both.
const cats = new Endpoint("cats", {
  model: "models/cats/model.tar.gz",
  serving: { mode: "realtime", instanceType: "ml.c7g.large" },
  ...shared,
});

export const endpointNames = { dogs: dogs.endpointName, cats: cats.endpointName };
