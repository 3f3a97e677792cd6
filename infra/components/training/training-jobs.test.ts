import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { allOf, only, statement } from "../../testing/find";
import { testDataBucket } from "../../testing/data-bucket";
import { testLocation } from "../../testing/location";
import { record } from "../../offline/recorder";
import { trainingSchema } from "../../schema/training";
import { TrainingJobs } from "./training-jobs";

function newTrainingJobs(
  roles: Readonly<Record<string, { existing: string; attach?: boolean } | undefined>> = {
    main: undefined,
  },
): TrainingJobs {
  return new TrainingJobs("training", {
    naming: { project: "kennel", stack: "dev" },
    location: testLocation(),
    dataBucket: testDataBucket(),
    image: {
      uriFor: () => pulumi.output("registry.example/training@sha256:0"),
      repositoryArn: pulumi.output(
        "arn:aws:ecr:us-east-1:123456789012:repository/kennel-dev/training",
      ),
    },
    jobs: Object.fromEntries(
      Object.entries(roles).map(([job, role]) => [job, trainingSchema.parse({ role })]),
    ),
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

  it("hands the role out once it is complete", async () => {
    const { result } = await record(() => newTrainingJobs().roleArn);
    assert.match(result, /^arn:aws:iam::123456789012:role\/kennel\/dev\/training-[0-9a-f]{7}$/);
  });

  it("attaches its permissions to a role that jobs share where one of them says so", async () => {
    const existing = "team-training";
    for (const [one, other] of [
      [false, true],
      [true, false],
    ]) {
      const recording = await record(
        () =>
          newTrainingJobs({ a: { existing, attach: one! }, b: { existing, attach: other! } })
            .toGrant,
      );
      assert.equal(only(recording, "aws:iam/rolePolicy:RolePolicy").inputs["role"], existing);
      assert.deepEqual(recording.result, []);
    }
  });

  it("gives each job the role that it names, and leaves that role's permissions to its owner", async () => {
    const recording = await record(() => {
      const { jobs, roleArn, toGrant } = newTrainingJobs({
        own: undefined,
        theirs: { existing: "team-training" },
      });
      return { own: jobs["own"]!.roleArn, theirs: jobs["theirs"]!.roleArn, roleArn, toGrant };
    });
    const { own, theirs, roleArn, toGrant } = recording.result;
    assert.equal(theirs, "arn:aws:iam::123456789012:role/team-training");
    assert.equal(own, roleArn);
    assert.match(own, /role\/kennel\/dev\/training-[0-9a-f]{7}$/);
    assert.equal(only(recording, "aws:iam/rolePolicy:RolePolicy").name, "training");
    assert.deepEqual(
      toGrant.map(({ role, policies }) => [role, Object.keys(policies)]),
      [["team-training", ["training-team-training"]]],
    );
  });

  it("creates no role where every job names one", async () => {
    const recording = await record(
      () => newTrainingJobs({ theirs: { existing: "team-training" } }).roleArn,
    );
    assert.equal(recording.result, "arn:aws:iam::123456789012:role/team-training");
    assert.equal(allOf(recording, "aws:iam/role:Role").length, 0);
  });
});
