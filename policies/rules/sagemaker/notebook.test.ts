import assert from "node:assert/strict";
import { UNKNOWN } from "../../iam/unknown";
import type { JudgedResource } from "../../resource";
import type { Rule } from "../../rule";
import { outcomesOf, repairOf, testResource } from "../../testing/outcomes";
import { notebookIdleShutdown } from "./notebook-idle-shutdown";
import { notebookKmsKey } from "./notebook-kms-key";
import { notebookNoDirectInternet } from "./notebook-no-direct-internet";
import { notebookNoRoot } from "./notebook-no-root";
import { NOTEBOOK, NOTEBOOK_LIFECYCLE } from "./types";

const notebook = (
  props: Record<string, unknown>,
  rest: Partial<Parameters<typeof testResource>[0]> = {},
): JudgedResource => testResource({ type: NOTEBOOK, name: "lab", props, ...rest });

const messages = (rule: Rule, resources: JudgedResource[], config: object = {}): string[] =>
  outcomesOf(rule, resources, config).map((outcome) =>
    "message" in outcome ? outcome.message : `unknown: ${outcome.unknown}`,
  );

const repair = (rule: Rule, resource: JudgedResource): Record<string, unknown> | undefined =>
  repairOf(rule, resource, { exceptEnvironments: ["dev"] });

describe("notebook-no-direct-internet", () => {
  it("stops direct internet access, said or left to AWS's default", () => {
    for (const props of [{ directInternetAccess: "Enabled", subnetId: "subnet-1" }, {}]) {
      const [message] = messages(notebookNoDirectInternet, [notebook(props)]);
      assert.match(message!, /^lab has direct internet access/);
    }
  });

  it("passes a notebook in a subnet, and says where the subnet is missing", () => {
    const closed = { directInternetAccess: "Disabled" };
    const inSubnet = notebook({ ...closed, subnetId: "subnet-1" });
    assert.deepEqual(messages(notebookNoDirectInternet, [inSubnet]), []);
    assert.match(messages(notebookNoDirectInternet, [notebook(closed)])[0]!, /no subnetId/);
  });

  it("names what a preview does not know", () => {
    const unknown = notebook({ directInternetAccess: UNKNOWN });
    assert.deepEqual(messages(notebookNoDirectInternet, [unknown]), [
      "unknown: directInternetAccess",
    ]);
    const subnet = notebook({ directInternetAccess: "Disabled", subnetId: UNKNOWN });
    assert.deepEqual(messages(notebookNoDirectInternet, [subnet]), ["unknown: subnetId"]);
  });

  it("repairs a notebook in a subnet, and leaves others alone: AWS would refuse them", () => {
    const open = { directInternetAccess: "Enabled" };
    for (const subnetId of ["subnet-1", UNKNOWN]) {
      assert.deepEqual(repair(notebookNoDirectInternet, notebook({ ...open, subnetId })), {
        directInternetAccess: "Disabled",
      });
    }
    for (const subnetId of [undefined, null, ""]) {
      const outside = notebook({ ...open, subnetId });
      assert.equal(repair(notebookNoDirectInternet, outside), undefined);
      assert.equal(messages(notebookNoDirectInternet, [outside]).length, 1);
    }
    const closed = notebook({ directInternetAccess: "Disabled" });
    assert.equal(repair(notebookNoDirectInternet, closed), undefined);
  });
});

describe("notebook-no-direct-internet by environment", () => {
  const open = (environment: unknown): JudgedResource =>
    notebook({ subnetId: "subnet-1", tags: { Environment: environment } });

  it("asks nothing of dev, unless it is told to, and repairs nothing there", () => {
    assert.deepEqual(messages(notebookNoDirectInternet, [open("dev")]), []);
    assert.equal(repair(notebookNoDirectInternet, open("dev")), undefined);
    const strict = { exceptEnvironments: [] };
    assert.equal(messages(notebookNoDirectInternet, [open("dev")], strict).length, 1);
    assert.equal(messages(notebookNoDirectInternet, [open("prod")]).length, 1);
    assert.deepEqual(messages(notebookNoDirectInternet, [open(UNKNOWN)]), [
      "unknown: tags.Environment",
    ]);
  });
});

describe("notebook-no-root", () => {
  it("stops root access, said or left to AWS's default, and repairs it", () => {
    for (const props of [{ rootAccess: "Enabled" }, {}]) {
      assert.equal(messages(notebookNoRoot, [notebook(props)]).length, 1);
      const repaired = repair(notebookNoRoot, notebook(props))!;
      assert.deepEqual(repaired, { rootAccess: "Disabled" });
      assert.deepEqual(messages(notebookNoRoot, [notebook(repaired)]), []);
    }
    assert.equal(repair(notebookNoRoot, notebook({ rootAccess: "Disabled" })), undefined);
  });

  it("names what a preview does not know", () => {
    const unknown = notebook({ rootAccess: UNKNOWN });
    assert.deepEqual(messages(notebookNoRoot, [unknown]), ["unknown: rootAccess"]);
  });
});

describe("notebook-kms-key", () => {
  const inEnvironment = (environment: unknown): JudgedResource =>
    notebook({ tags: { Environment: environment } });

  it("asks for a key, except where nothing of value is kept", () => {
    assert.equal(messages(notebookKmsKey, [notebook({})]).length, 1);
    assert.equal(messages(notebookKmsKey, [inEnvironment("prod")]).length, 1);
    assert.deepEqual(messages(notebookKmsKey, [inEnvironment("dev")]), []);
    const strict = { exceptEnvironments: [] };
    assert.equal(messages(notebookKmsKey, [inEnvironment("dev")], strict).length, 1);
    assert.deepEqual(messages(notebookKmsKey, [notebook({ kmsKeyId: "arn:key" })]), []);
  });

  it("names what a preview does not know", () => {
    const unknown = notebook({ kmsKeyId: UNKNOWN });
    assert.deepEqual(messages(notebookKmsKey, [unknown]), ["unknown: kmsKeyId"]);
    assert.deepEqual(messages(notebookKmsKey, [inEnvironment(UNKNOWN)]), [
      "unknown: tags.Environment",
    ]);
  });
});

describe("notebook-idle-shutdown", () => {
  const stops = [
    "#!/bin/bash",
    "cat > /usr/local/bin/stop <<'S'",
    "aws sagemaker stop-notebook-instance --notebook-instance-name lab",
    "S",
    "echo '*/5 * * * * root /usr/local/bin/stop' > /etc/cron.d/stop",
  ].join("\n");

  const lifecycle = (script: unknown, property = "onStart"): JudgedResource =>
    testResource({
      type: NOTEBOOK_LIFECYCLE,
      name: "idle",
      props: {
        name: "idle-1",
        [property]: typeof script === "string" ? Buffer.from(script).toString("base64") : script,
      },
    });

  const judged = (script: unknown, config = {}, property?: string): string[] =>
    messages(
      notebookIdleShutdown,
      [notebook({ lifecycleConfigName: "idle-1" }), lifecycle(script, property)],
      config,
    );

  it("passes a script that looks again and again and stops the notebook", () => {
    assert.deepEqual(judged(stops), []);
    const python = stops.replace(/aws .*/, "boto3.client('sagemaker').stop_notebook_instance()");
    assert.deepEqual(judged(python), []);
    assert.deepEqual(
      judged("wget https://a/autostop.py\necho '*/5 * autostop.py' | crontab -"),
      [],
    );
  });

  it("stops a notebook without a lifecycle configuration, or with somebody else's", () => {
    assert.match(messages(notebookIdleShutdown, [notebook({})])[0]!, /no lifecycle configuration/);
    const elsewhere = notebook({ lifecycleConfigName: "theirs" });
    assert.match(messages(notebookIdleShutdown, [elsewhere])[0]!, /theirs, which is not in/);
  });

  it("stops a script that does not really stop it", () => {
    const commented = stops.replace("aws sagemaker", "# aws sagemaker");
    assert.match(judged(commented)[0]!, /never calls StopNotebookInstance/);
    assert.match(judged("pip install torch")[0]!, /never calls/);
    assert.match(judged("aws sagemaker stop-notebook-instance")[0]!, /runs once/);
    assert.match(judged(stops, {}, "onCreate")[0]!, /no onStart script/);
    const config = { acceptedCommands: [] };
    assert.match(judged("autostop.py # crontab", config)[0]!, /never calls/);
    const plain = testResource({
      type: NOTEBOOK_LIFECYCLE,
      props: { name: "idle-1", onStart: "#!/bin/bash" },
    });
    const both = [notebook({ lifecycleConfigName: "idle-1" }), plain];
    assert.match(messages(notebookIdleShutdown, both)[0]!, /not base64/);
  });

  it("follows a reference whose name a preview does not know", () => {
    const made = lifecycle("true");
    const later = notebook(
      { lifecycleConfigName: UNKNOWN },
      { propertyDependencies: { lifecycleConfigName: [made] } },
    );
    assert.match(messages(notebookIdleShutdown, [later, made])[0]!, /never calls/);
  });

  it("names what a preview does not know", () => {
    const later = notebook({ lifecycleConfigName: UNKNOWN });
    assert.deepEqual(messages(notebookIdleShutdown, [later]), ["unknown: lifecycleConfigName"]);
    assert.deepEqual(judged(UNKNOWN), ["unknown: onStart"]);
  });
});
