import assert from "node:assert/strict";
import { only, statement } from "../testing/find";
import { testLocation } from "../testing/location";
import { record } from "../testing/recorder";
import { DataBucket } from "./data-bucket";
import { TrainingJobs } from "./training-jobs";

function newTrainingJobs(kmsKeyArn?: string): TrainingJobs {
  const location = testLocation();
  const data = { oldVersionsDays: 30, captureDays: 90, cacheDays: 30, kmsKeyArn };
  return new TrainingJobs("training", {
    naming: { project: "kennel", stack: "dev" },
    location,
    dataBucket: new DataBucket("data", { bucketName: "team-data", location, settings: data }),
  });
}

describe("TrainingJobs", () => {
  it("gives jobs a role limited to the stack's data and image", async () => {
    const recording = await record(() => newTrainingJobs(), { stage: "preview" });
    const role = only(recording, "aws:iam/rolePolicy:RolePolicy");
    assert.deepEqual(statement(role, "ReadObjects").Resource, [
      "arn:aws:s3:::team-data/data/*",
      "arn:aws:s3:::team-data/cache/*",
      "arn:aws:s3:::team-data/models/*",
    ]);
    assert.deepEqual(statement(role, "WriteObjects").Resource, [
      "arn:aws:s3:::team-data/models/*",
      "arn:aws:s3:::team-data/cache/*",
    ]);
    assert.equal(
      statement(role, "PullImage").Resource,
      "arn:aws:ecr:us-east-1:123456789012:repository/kennel-dev/training",
    );
  });

  it("lets them use the data's key", async () => {
    const recording = await record(() => newTrainingJobs("arn:aws:kms:us-east-1:1:key/1"));
    const role = only(recording, "aws:iam/rolePolicy:RolePolicy");
    assert.equal(statement(role, "UseKey").Resource, "arn:aws:kms:us-east-1:1:key/1");
  });

  it("hands the role out once it is complete", async () => {
    const { result } = await record(() => newTrainingJobs().roleArn);
    assert.match(result, /^arn:aws:iam::123456789012:role\/training-[0-9a-f]{7}$/);
  });
});
