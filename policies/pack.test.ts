import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { credentials } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
  AnalyzerResource,
  AnalyzeRequest,
  type AnalyzeResponse,
  AnalyzerResourceOptions,
  AnalyzeStackRequest,
  ConfigureAnalyzerRequest,
  EnforcementLevel,
  PolicyConfig,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { secret, UNKNOWN_STRING } from "./testing/engine";

interface Case {
  readonly type: string;
  readonly name: string;
  readonly properties: Record<string, JavaScriptValue>;
}

/** Starts the pack as the engine does (sdk/nodejs/cmd/run-policy-pack), in this folder. */
function startPack(): Promise<{ process: ChildProcess; client: AnalyzerClient }> {
  const program = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
  const child = spawn(process.execPath, [program, "127.0.0.1:1", "start.js"], { cwd: __dirname });
  return new Promise((resolve, reject) => {
    let complaints = "";
    child.stderr.on("data", (chunk: Buffer) => (complaints += chunk.toString()));
    child.once("exit", (code) => reject(new Error(`The pack ended with ${code}: ${complaints}`)));
    child.stdout.once("data", (chunk: Buffer) => {
      const address = `127.0.0.1:${chunk.toString().trim()}`;
      resolve({
        process: child,
        client: new AnalyzerClient(address, credentials.createInsecure()),
      });
    });
  });
}

describe("the pack", () => {
  it("starts without the parts of Pulumi's SDK that no pack needs", function () {
    this.timeout(60_000);
    const program =
      'require("./start.js"); console.log(Object.keys(require.cache).join()); process.exit();';
    const loaded = execFileSync(process.execPath, ["-e", program], {
      cwd: __dirname,
      encoding: "utf8",
    });
    assert.match(loaded, /@pulumi.pulumi.index\.js/);
    assert.doesNotMatch(loaded, /arborist|automation.index/);
  });
});

describe("the pack, started as the engine starts it", () => {
  let pack: { process: ChildProcess; client: AnalyzerClient };

  before(async function () {
    this.timeout(60_000);
    pack = await startPack();
  });

  after(() => {
    pack.client.close();
    pack.process.kill();
  });

  const urnOf = ({ type, name }: Case): string => `urn:pulumi:dev::kennel::${type}::${name}`;

  const findings = (response: AnalyzeResponse): string[] =>
    response.getDiagnosticsList().map((each) => {
      const level =
        each.getEnforcementlevel() === EnforcementLevel.MANDATORY ? "mandatory" : "advisory";
      return `${level} ${each.getPolicyname()}: ${each.getMessage()}`;
    });

  const requestFor = (resource: Case): AnalyzeRequest => {
    const request = new AnalyzeRequest();
    request.setType(resource.type);
    request.setName(resource.name);
    request.setUrn(urnOf(resource));
    request.setOptions(new AnalyzerResourceOptions());
    request.setProperties(Struct.fromJavaScript(resource.properties));
    return request;
  };

  const analyze = (resource: Case): Promise<string[]> =>
    new Promise((resolve, reject) => {
      pack.client.analyze(requestFor(resource), (error, response) =>
        error === null ? resolve(findings(response)) : reject(error),
      );
    });

  const analyzeStack = (...resources: Case[]): Promise<string[]> => {
    const request = new AnalyzeStackRequest();
    request.setResourcesList(
      resources.map((resource) => {
        const message = new AnalyzerResource();
        message.setType(resource.type);
        message.setName(resource.name);
        message.setUrn(urnOf(resource));
        message.setOptions(new AnalyzerResourceOptions());
        message.setProperties(Struct.fromJavaScript(resource.properties));
        return message;
      }),
    );
    return new Promise((resolve, reject) => {
      pack.client.analyzeStack(request, (error, response) =>
        error === null ? resolve(findings(response)) : reject(error),
      );
    });
  };

  const repairs = (resource: Case): Promise<string[]> =>
    new Promise((resolve, reject) => {
      pack.client.remediate(requestFor(resource), (error, response) =>
        error === null
          ? resolve(response.getRemediationsList().map((each) => each.getPolicyname()))
          : reject(error),
      );
    });

  /** Sets settings of rules, as a file for `--policy-pack-config` does. */
  const configureRules = (settings: Record<string, Record<string, JavaScriptValue>>) => {
    const request = new ConfigureAnalyzerRequest();
    for (const [rule, properties] of Object.entries(settings)) {
      const config = new PolicyConfig();
      config.setProperties(Struct.fromJavaScript(properties));
      request.getPolicyconfigMap().set(rule, config);
    }
    return new Promise<void>((resolve, reject) => {
      pack.client.configure(request, (error) => (error === null ? resolve() : reject(error)));
    });
  };

  /** Sets the levels of a file of `config/`, as `--policy-pack-config` does. */
  const configure = (file: string): Promise<void> => {
    const levels = JSON.parse(readFileSync(path.join(__dirname, "config", file), "utf8")) as Record<
      string,
      string | Record<string, JavaScriptValue>
    >;
    const request = new ConfigureAnalyzerRequest();
    for (const [rule, setting] of Object.entries(levels)) {
      const { enforcementLevel, ...properties } =
        typeof setting === "string" ? { enforcementLevel: setting } : setting;
      const config = new PolicyConfig();
      config.setEnforcementlevel(
        EnforcementLevel[String(enforcementLevel).toUpperCase() as keyof typeof EnforcementLevel],
      );
      config.setProperties(Struct.fromJavaScript(properties));
      request.getPolicyconfigMap().set(rule, config);
    }
    return new Promise((resolve, reject) => {
      pack.client.configure(request, (error) => (error === null ? resolve() : reject(error)));
    });
  };

  const rolePolicy = (name: string, policy: JavaScriptValue): Case => ({
    type: "aws:iam/rolePolicy:RolePolicy",
    name,
    properties: { role: "classify", policy },
  });

  const document = (action: string, resource: string): string =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: action, Resource: resource }],
    });

  const ENDPOINT = "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/kennel";

  it("passes a policy that invokes one endpoint", async () => {
    const found = await analyze(
      rolePolicy("exact", document("sagemaker:InvokeEndpoint", ENDPOINT)),
    );
    assert.deepEqual(found, []);
  });

  it("stops a policy that invokes every endpoint", async () => {
    const found = await analyze(
      rolePolicy(
        "open",
        document("SageMaker:invokeendpointasync", ENDPOINT.replace("kennel", "*")),
      ),
    );
    assert.equal(found.length, 1);
    assert.match(found[0]!, /^mandatory invoke-endpoint-scope: [^]*policy: statement 1 allows/);
    assert.match(found[0]!, /"Resource": "arn:aws:sagemaker:/);
  });

  it("stops full access, whichever way it is spelt", async () => {
    const found = await analyze(rolePolicy("full", document("s?gem*er:?*", "*")));
    assert.ok(found.some((each) => /^mandatory no-full-access: [^]*sagemaker:\w+/.test(each)));
  });

  it("judges a document that arrives as a secret", async () => {
    const found = await analyze(rolePolicy("secret", secret(document("sagemaker:*", "*"))));
    assert.ok(found.some((each) => each.startsWith("mandatory no-full-access")));
  });

  it("names a value that is not known yet, and judges it again over the whole stack", async () => {
    const unknown = rolePolicy("later", UNKNOWN_STRING);
    assert.deepEqual(await analyze(unknown), [], "it is named once, over the whole stack");
    const again = await analyzeStack(unknown);
    assert.equal(again.length, 1);
    assert.match(
      again[0]!,
      /^advisory values-not-known-yet: [^]*- `policy` of later: .*no-full-acc/,
    );
    const both = await analyzeStack(unknown, { ...unknown, name: "too" });
    assert.equal(both.length, 1);
    assert.match(both[0]!, /- `policy` of later, `policy` of too: .*no-full-access, /);
    const known = await analyzeStack(rolePolicy("later", document("*", "*")));
    assert.ok(known.some((each) => each.startsWith("mandatory no-full-access")));
  });

  it("refuses rules and settings that do not exist, and says what was meant", async () => {
    await assert.rejects(
      configureRules({ "no-ful-access": {} }),
      /there is no rule "no-ful-access"; did you mean no-full-access\?/,
    );
    await assert.rejects(
      configureRules({ "required-tags": { tagz: ["Owner"] } }),
      /the rule required-tags has no setting "tagz"; did you mean tags\?/,
    );
    await configureRules({ "required-tags": { tags: [] } });
  });

  it("stops a secret in an environment, by what Pulumi knows of it", async () => {
    const environment = (type: string, properties: Record<string, JavaScriptValue>): Case => ({
      type,
      name: "hooked",
      properties,
    });
    const HOOK = secret("dogs");
    for (const resource of [
      environment("aws:lambda/function:Function", { environment: { variables: { HOOK } } }),
      environment("aws:sagemaker/model:Model", { primaryContainer: { environment: { HOOK } } }),
    ]) {
      const found = await analyze(resource);
      assert.ok(
        found.some((each) => /environment-secrets: .*HOOK.*Pulumi holds its value/s.test(each)),
        found.join("\n"),
      );
    }
  });

  it("judges a resource once, not again over the whole stack", async () => {
    const open = rolePolicy("once", document("*", "*"));
    assert.notDeepEqual(await analyze(open), []);
    assert.deepEqual(await analyzeStack(open), []);
  });

  it("tells once what it finds beside a value that is not known yet", async () => {
    const allow = (Action: string, Resource: string) => ({ Effect: "Allow", Action, Resource });
    const partly = rolePolicy("partly", {
      Version: "2012-10-17",
      Statement: [allow("sts:AssumeRole", "*"), allow("s3:GetObject", UNKNOWN_STRING)],
    });
    for (const run of ["preview", "update"]) {
      const found = await analyze(partly);
      assert.equal(found.filter((each) => each.includes("no-privilege-esc")).length, 1, run);
      const again = await analyzeStack(partly);
      assert.equal(again.length, 1, again.join("\n"));
      assert.match(again[0]!, /values-not-known-yet/);
    }
  });

  it("leaves the notebook of a dev stack its way to the internet, with an advice", async () => {
    const notebook: Case = {
      type: "aws:sagemaker/notebookInstance:NotebookInstance",
      name: "lab",
      properties: { directInternetAccess: "Enabled", rootAccess: "Disabled" },
    };
    const subnetId = "subnet-0123456789abcdef0";
    const inSubnet = { ...notebook, properties: { ...notebook.properties, subnetId } };
    assert.deepEqual(await repairs(inSubnet), ["notebook-no-direct-internet"]);
    assert.deepEqual(await repairs(notebook), [], "AWS takes no such notebook without a subnet");
    await configure("dev.json");
    assert.deepEqual(await repairs(inSubnet), []);
    const found = await analyze(notebook);
    assert.ok(found.some((each) => each.startsWith("advisory notebook-no-direct-internet")));
    assert.ok(!found.some((each) => each.startsWith("mandatory")));
  });
});
