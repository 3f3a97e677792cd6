import assert from "node:assert/strict";
import { endpointSchema } from "../../testing/endpoint-schema";
import { allOf, only, statement } from "../../testing/find";
import { testDataBucket } from "../../testing/data-bucket";
import { testLocation } from "../../testing/location";
import { record } from "../../offline/recorder";
import { Classifier } from "./classifier";
import { Dashboard } from "../monitoring/dashboard";
import { Image } from "../images/image";

const naming = { project: "kennel", stack: "dev" };

function build(settings: object) {
  return record(
    () => {
      const location = testLocation();
      const classifier = new Classifier("main", {
        naming,
        location,
        dataBucket: testDataBucket(),
        image: new Image("inference", {
          repositoryName: "kennel-dev/inference",
          location,
          dockerfile: "containers/inference/Dockerfile",
        }),
        settings: endpointSchema.parse({ existing: "team-dogs", ...settings }),
        alarms: {
          topicArn: "arn:aws:sns:us-east-1:123456789012:alarms" as never,
          knownTopicArn: "arn:aws:sns:us-east-1:123456789012:alarms" as never,
          thresholds: { latencyMilliseconds: 900, serverErrorPercent: 5, clientErrorPercent: 25 },
        },
        buildFunction: () => "infra/iam",
      });
      new Dashboard("dashboard", { naming, location, endpoints: [classifier.dashboardEndpoint] });
      return { endpoint: classifier.endpointName, function: classifier.functionName };
    },
    { stage: "preview" },
  );
}

describe("a classifier around an existing endpoint", () => {
  it("creates nothing of the endpoint itself", async () => {
    const recording = await build({ function: {} });
    for (const type of [
      "aws:sagemaker/endpoint:Endpoint",
      "aws:sagemaker/endpointConfiguration:EndpointConfiguration",
      "aws:sagemaker/model:Model",
      "aws:s3/bucketObjectv2:BucketObjectv2",
    ]) {
      assert.equal(allOf(recording, type).length, 0, type);
    }
    assert.deepEqual(recording.result, { endpoint: "team-dogs", function: "kennel-dev-main" });
  });

  it("lets its function invoke exactly that endpoint", async () => {
    const recording = await build({ function: {} });
    const permission = only(recording, "aws:iam/rolePolicy:RolePolicy", "main-invoke");
    assert.equal(permission.inputs["name"], "invoke-team-dogs");
    assert.equal(
      statement(permission, "InvokeEndpoint").Resource,
      "arn:aws:sagemaker:us-east-1:123456789012:endpoint/team-dogs",
    );
    const { inputs } = only(recording, "aws:lambda/function:Function");
    assert.deepEqual(inputs["environment"], { variables: { ENDPOINT_NAME: "team-dogs" } });
  });

  it("watches the variant that the endpoint has", async () => {
    const recording = await build({});
    const { inputs } = only(recording, "aws:cloudwatch/metricAlarm:MetricAlarm", "main-latency");
    assert.deepEqual(inputs["dimensions"], {
      EndpointName: "team-dogs",
      VariantName: "AllTraffic",
    });
    const body = String(
      only(recording, "aws:cloudwatch/dashboard:Dashboard").inputs["dashboardBody"],
    );
    assert.match(body, /"EndpointName","team-dogs","VariantName","AllTraffic"/);
  });

  it("scales it for as long as the stack is there, and not beyond", async () => {
    const recording = await build({ scaling: { minInstances: 1, maxInstances: 3 } });
    const target = only(recording, "aws:appautoscaling/target:Target");
    assert.equal(target.inputs["resourceId"], "endpoint/team-dogs/variant/AllTraffic");
    // The endpoint survives the stack, so AWS would not forget the target by itself.
    assert.equal(target.options.deletedWith, "");
    const policy = only(recording, "aws:appautoscaling/policy:Policy", "main");
    assert.equal(policy.options.deletedWith, "");
  });
});
