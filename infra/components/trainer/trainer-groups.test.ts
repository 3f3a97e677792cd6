import assert from "node:assert/strict";
import { trainerSchema } from "../../schema/trainer";
import { allOf, only, statement } from "../../testing/find";
import { testDataBucket } from "../../testing/data-bucket";
import { testLocation } from "../../testing/location";
import { record, type Recording } from "../../offline/recorder";
import { Trainer } from "./trainer";

const groupType = "aws:autoscaling/group:Group";

function build(settings: object = {}, stage?: "preview") {
  return record(
    () => {
      const { start, address } = new Trainer("trainer", {
        naming: { project: "kennel", stack: "dev" },
        location: testLocation(),
        dataBucket: testDataBucket(),
        settings: trainerSchema.parse({ instanceType: "g4dn.xlarge", spot: true, ...settings }),
        tags: { Stack: "kennel/dev" },
      });
      return { start, address };
    },
    { stage },
  );
}

function capacity(recording: Recording<unknown>, name: string) {
  const { inputs } = only(recording, groupType, name);
  const { instancesDistribution } = inputs["mixedInstancesPolicy"] as {
    instancesDistribution: Record<string, unknown>;
  };
  const { minSize, maxSize, desiredCapacity } = inputs;
  return {
    bounds: [minSize, desiredCapacity, maxSize],
    onDemandPercent: instancesDistribution["onDemandPercentageAboveBaseCapacity"],
  };
}

describe("a trainer on a Spot Instance", () => {
  let recording: Awaited<ReturnType<typeof build>>;
  before(async () => {
    recording = await build({ volumeSize: 200, keyName: "team" });
  });

  it("wants one Spot Instance, and none On-Demand as long as it gets it", () => {
    assert.deepEqual(capacity(recording, "trainer-spot"), {
      bounds: [0, 1, 1],
      onDemandPercent: 0,
    });
    assert.deepEqual(capacity(recording, "trainer-on-demand"), {
      bounds: [0, 0, 1],
      onDemandPercent: 100,
    });
    assert.equal(allOf(recording, "aws:ec2/instance:Instance").length, 0);
  });

  it("falls back to On-Demand ten minutes after Spot capacity was requested in vain", () => {
    const alarm = only(recording, "aws:cloudwatch/metricAlarm:MetricAlarm", "trainer-no-spot");
    const policy = only(recording, "aws:autoscaling/policy:Policy");
    assert.equal(alarm.inputs["evaluationPeriods"], 10);
    const [missing, wanted, running] = alarm.inputs["metricQueries"] as Record<string, unknown>[];
    assert.equal(missing?.["expression"], "wanted - running");
    for (const [query, metric] of [
      [wanted, "GroupDesiredCapacity"],
      [running, "GroupInServiceInstances"],
    ] as const) {
      const { metricName, dimensions } = query!["metric"] as Record<string, unknown>;
      assert.equal(metricName, metric);
      assert.deepEqual(dimensions, { AutoScalingGroupName: "kennel-dev-trainer-spot" });
      const { inputs } = only(recording, groupType, "trainer-spot");
      assert.ok((inputs["enabledMetrics"] as string[]).includes(metric));
    }
    assert.equal(policy.inputs["autoscalingGroupName"], "kennel-dev-trainer-on-demand");
    assert.equal(policy.inputs["adjustmentType"], "ExactCapacity");
    assert.equal(policy.inputs["scalingAdjustment"], 1);
    const [action] = alarm.inputs["alarmActions"] as string[];
    assert.match(action ?? "", /scalingPolicy:trainer-[0-9a-f]{7}$/);
  });

  it("asks for a session token, encrypts its disk, and goes when it shuts itself down", () => {
    const { inputs, options } = only(recording, "aws:ec2/launchTemplate:LaunchTemplate");
    assert.deepEqual(inputs["metadataOptions"], {
      httpEndpoint: "enabled",
      httpTokens: "required",
      httpPutResponseHopLimit: 1,
    });
    const [disk] = inputs["blockDeviceMappings"] as { ebs: Record<string, unknown> }[];
    assert.equal(disk?.ebs["encrypted"], "true");
    assert.equal(disk.ebs["volumeSize"], 200);
    assert.equal(inputs["instanceInitiatedShutdownBehavior"], "terminate");
    assert.equal(inputs["keyName"], "team");
    assert.deepEqual(options.ignoreChanges, ["imageId"]);
  });

  it("tags instances and disks itself, because the provider's default tags don't reach them", () => {
    const { inputs } = only(recording, "aws:ec2/launchTemplate:LaunchTemplate");
    const tags = { Stack: "kennel/dev", Name: "kennel-dev-trainer", Settings: "spot" };
    assert.deepEqual(inputs["tagSpecifications"], [
      { resourceType: "instance", tags },
      { resourceType: "volume", tags },
    ]);
  });

  it("leaves to people and to the trainer what they have started and stopped", () => {
    for (const { options, inputs } of allOf(recording, groupType)) {
      assert.deepEqual(options.ignoreChanges, ["desiredCapacity"]);
      assert.equal(inputs["forceDelete"], true);
      assert.equal(inputs["waitForCapacityTimeout"], "0");
    }
  });

  it("may change the capacity of its own groups only", async () => {
    const role = only(await build({}, "preview"), "aws:iam/rolePolicy:RolePolicy");
    const group = "arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:*";
    assert.deepEqual(statement(role, "SetGroupCapacity").Resource, [
      `${group}:autoScalingGroupName/kennel-dev-trainer-spot`,
      `${group}:autoScalingGroupName/kennel-dev-trainer-on-demand`,
    ]);
  });

  it("looks for capacity in every subnet of the default VPC, or in the configured one", async () => {
    const subnets = async (settings: object): Promise<unknown[]> => {
      const { inputs } = only(await build(settings), groupType, "trainer-spot");
      return inputs["vpcZoneIdentifiers"] as unknown[];
    };
    assert.equal((await subnets({})).length, 2);
    const subnetId = "subnet-0123456789abcdef0";
    assert.deepEqual(await subnets({ subnetId }), [subnetId]);
  });

  it("says how its address is found and how it is started again", () => {
    const { result } = recording;
    assert.match(result.address, /^aws ec2 describe-instances .*Values=kennel-dev-trainer /);
    assert.equal(
      result.start,
      "aws autoscaling set-desired-capacity --region us-east-1 --auto-scaling-group-name kennel-dev-trainer-spot --desired-capacity 1",
    );
  });
});
