import assert from "node:assert/strict";
import type { Policies } from "@pulumi/policy";
import * as server from "@pulumi/policy/server";
import {
  AnalyzeRequest,
  AnalyzerResourceOptions,
  type RemediateResponse,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { toPolicies } from "./pack";
import { rules } from "./rules";

type Properties = Record<string, JavaScriptValue>;

/** What the engine calls to have a resource repaired; exported, but left out of the declarations. */
const { makeRemediateRpcFun } = server as unknown as {
  makeRemediateRpcFun: (
    pack: string,
    version: string,
    level: string,
    policies: Policies,
  ) => (
    call: { request: AnalyzeRequest },
    done: (error: Error | null, response?: RemediateResponse) => void,
  ) => Promise<void>;
};

const UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const secret = (value: JavaScriptValue): Properties => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

/** What the engine gets back for a resource: by rule, the properties on the wire. */
async function remediate(type: string, properties: Properties): Promise<Record<string, unknown>> {
  const handler = makeRemediateRpcFun("kennel", "1", "advisory", toPolicies(rules));
  const request = new AnalyzeRequest();
  request.setType(type);
  request.setName("it");
  request.setUrn(`urn:pulumi:dev::kennel::${type}::it`);
  request.setOptions(new AnalyzerResourceOptions());
  request.setProperties(Struct.fromJavaScript(properties));
  const response = await new Promise<RemediateResponse>((resolve, reject) => {
    void handler({ request }, (error, answer) =>
      answer === undefined ? reject(error!) : resolve(answer),
    );
  });
  return Object.fromEntries(
    response
      .getRemediationsList()
      .map((each) => [each.getPolicyname(), each.getProperties()?.toJavaScript()]),
  );
}

describe("a repair, on the wire", () => {
  const NOTEBOOK = "aws:sagemaker/notebookInstance:NotebookInstance";
  const INSTANCE = "aws:ec2/instance:Instance";

  it("changes what is wrong and keeps unknown values unknown and secrets secret", async () => {
    const properties = {
      roleArn: UNKNOWN_STRING,
      securityGroups: [UNKNOWN_STRING, "sg-1"],
      tags: { owner: secret("somebody"), stack: UNKNOWN_STRING },
      kmsKeyId: secret("key-1"),
      rootAccess: "Enabled",
    };
    assert.deepEqual(await remediate(NOTEBOOK, properties), {
      "notebook-no-direct-internet": { ...properties, directInternetAccess: "Disabled" },
      "notebook-no-root": {
        ...properties,
        directInternetAccess: "Disabled",
        rootAccess: "Disabled",
      },
    });
  });

  it("merges into an object, and into one that is a secret", async () => {
    const options = { httpTokens: "optional", instanceMetadataTags: UNKNOWN_STRING };
    const required = { ...options, httpTokens: "required" };
    assert.deepEqual(await remediate(INSTANCE, { metadataOptions: options, ami: secret("ami") }), {
      "instance-metadata-v2": { metadataOptions: required, ami: secret("ami") },
    });
    assert.deepEqual(await remediate(INSTANCE, { metadataOptions: secret(options) }), {
      "instance-metadata-v2": { metadataOptions: secret(required) },
    });
  });

  it("keeps a secret property secret when its value is repaired", async () => {
    const found = await remediate(NOTEBOOK, {
      rootAccess: secret("Enabled"),
      directInternetAccess: "Disabled",
    });
    assert.deepEqual(found, {
      "notebook-no-root": { rootAccess: secret("Disabled"), directInternetAccess: "Disabled" },
    });
  });

  it("changes nothing that is right, and nothing on a guess", async () => {
    assert.deepEqual(
      await remediate(NOTEBOOK, { rootAccess: "Disabled", directInternetAccess: UNKNOWN_STRING }),
      {},
    );
    assert.deepEqual(await remediate(INSTANCE, { metadataOptions: UNKNOWN_STRING }), {});
  });

  for (const [rule, type, broken, repaired] of [
    [
      "image-scan-on-push",
      "aws:ecr/repository:Repository",
      { name: UNKNOWN_STRING, imageScanningConfiguration: { scanOnPush: false } },
      { name: UNKNOWN_STRING, imageScanningConfiguration: { scanOnPush: true } },
    ],
    [
      "bucket-public-access-block",
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
      { bucket: UNKNOWN_STRING, blockPublicAcls: false },
      {
        bucket: UNKNOWN_STRING,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
    ],
  ] as const) {
    it(`of ${rule} keeps the rest`, async () => {
      assert.deepEqual(await remediate(type, broken), { [rule]: repaired });
    });
  }
});
