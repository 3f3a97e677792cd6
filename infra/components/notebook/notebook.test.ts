import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { notebookSchema, type NotebookConfig } from "../../schema/notebook";
import { allOf, only, statement } from "../../testing/find";
import { testDataBucket } from "../../testing/data-bucket";
import { testLocation } from "../../testing/location";
import { record, type Recording, type RecordOptions } from "../../offline/recorder";
import { Notebook } from "./notebook";
import { onStartScript, scriptLimit } from "./notebook-scripts";

const script = { notebookName: "kennel-dev", idleMinutes: 45, bucket: "b", region: "us-east-1" };

function newNotebook(settings: Partial<NotebookConfig>, kmsKeyArn?: string): Notebook {
  return new Notebook("notebook", {
    naming: { project: "kennel", stack: "dev" },
    location: testLocation(),
    dataBucket: testDataBucket(kmsKeyArn),
    settings: { ...notebookSchema.parse({ instanceType: "ml.t3.medium" }), ...settings },
  });
}

function build(
  settings: Partial<NotebookConfig> = {},
  options?: RecordOptions,
): Promise<Recording<unknown>> {
  return record(() => newNotebook(settings), options);
}

describe("Notebook", () => {
  it("runs the configured instance, without root and with session tokens", async () => {
    const recording = await build({ volumeSize: 20, repository: "https://example.com/dogs.git" });
    const { inputs } = only(recording, "aws:sagemaker/notebookInstance:NotebookInstance");
    assert.equal(inputs["name"], "kennel-dev");
    assert.equal(inputs["instanceType"], "ml.t3.medium");
    assert.equal(inputs["volumeSize"], 20);
    assert.equal(inputs["rootAccess"], "Disabled");
    assert.equal(inputs["defaultCodeRepository"], "https://example.com/dogs.git");
    assert.deepEqual(inputs["instanceMetadataServiceConfiguration"], {
      minimumInstanceMetadataServiceVersion: "2",
    });
  });

  it("has its own way to the internet, or a subnet's", async () => {
    const type = "aws:sagemaker/notebookInstance:NotebookInstance";
    assert.equal(only(await build(), type).inputs["directInternetAccess"], "Enabled");
    const inside = await build({ network: { type: "vpc", subnetId: "subnet-0123456789abcdef0" } });
    const { inputs } = only(inside, type);
    assert.equal(inputs["directInternetAccess"], "Disabled");
    assert.equal(inputs["subnetId"], "subnet-0123456789abcdef0");
    assert.equal((inputs["securityGroups"] as string[]).length, 1);
    const ingress = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
    assert.equal(allOf(inside, ingress).length, 0);
  });

  it("is encrypted with the data's key", async () => {
    const recording = await record(() => newNotebook({}, "arn:aws:kms:us-east-1:1:key/1"));
    const { inputs } = only(recording, "aws:sagemaker/notebookInstance:NotebookInstance");
    assert.equal(inputs["kmsKeyId"], "arn:aws:kms:us-east-1:1:key/1");
  });

  it("may use the data and stop itself", async () => {
    const role = only(await build({}, { stage: "preview" }), "aws:iam/rolePolicy:RolePolicy");
    assert.deepEqual(statement(role, "ReadObjects").Resource, [
      "arn:aws:s3:::team-data/data/*",
      "arn:aws:s3:::team-data/models/*",
      "arn:aws:s3:::team-data/cache/*",
    ]);
    assert.equal(
      statement(role, "StopNotebook").Resource,
      "arn:aws:sagemaker:us-east-1:123456789012:notebook-instance/kennel-dev",
    );
  });

  it("runs a script at each start", async () => {
    const { inputs } = only(
      await build({ idleMinutes: 45 }),
      "aws:sagemaker/notebookInstanceLifecycleConfiguration:NotebookInstanceLifecycleConfiguration",
    );
    const text = Buffer.from(String(inputs["onStart"]), "base64").toString("utf8");
    assert.equal(text, onStartScript({ ...script, bucket: "team-data" }));
  });

  it("has an address", async () => {
    const { result } = await record(() => newNotebook({}).url);
    assert.equal(result, "https://kennel-dev.notebook.us-east-1.sagemaker.aws");
  });
});

describe("onStartScript", () => {
  const text = onStartScript(script);

  it("stays below SageMaker's limit", () => {
    assert.ok(text.length < scriptLimit);
  });

  it("is a shell script that parses, with a Python program that compiles", () => {
    execFileSync("bash", ["-n"], { input: text });
    const program = /<<'SCRIPT'\n([\s\S]*?)\nSCRIPT\n/.exec(text)?.[1] ?? "";
    execFileSync("python3", ["-c", "import ast, sys; ast.parse(sys.stdin.read())"], {
      input: program,
    });
    assert.match(program, /minutes=45/);
    assert.match(program, /"--notebook-instance-name", "kennel-dev"/);
    assert.match(text, /^systemd-run --unit stop-when-idle .*--on-unit-active=5min/m);
  });
});
