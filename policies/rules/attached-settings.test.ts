import assert from "node:assert/strict";
import { UNKNOWN } from "../iam/unknown";
import type { JudgedResource } from "../resource";
import { testResource } from "../testing/outcomes";
import { attachedTo } from "./attached-settings";

const LINK = { from: "bucket", to: "bucket" };
const bucket = (name: string, known: unknown): JudgedResource =>
  testResource({ type: "aws:s3/bucket:Bucket", name, props: { bucket: known } });
const policy = (known: unknown, ...on: JudgedResource[]): JudgedResource =>
  testResource({
    type: "aws:s3/bucketPolicy:BucketPolicy",
    props: { bucket: known },
    propertyDependencies: { bucket: on },
  });

describe("references between resources", () => {
  const photos = bucket("photos", "kennel-photos");
  const logs = bucket("logs", "kennel-logs");
  const later = bucket("later", UNKNOWN);
  const all = [photos, logs, later];
  const owners = (candidate: JudgedResource): string[] =>
    all
      .filter((each) => attachedTo(each, all, [candidate], LINK).found.length > 0)
      .map(({ name }) => name);

  it("go by the known name", () => {
    assert.deepEqual(owners(policy("kennel-photos")), ["photos"]);
    assert.deepEqual(owners(policy("another")), []);
  });

  it("go by what the name was computed from", () => {
    assert.deepEqual(owners(policy(UNKNOWN, later)), ["later"]);
    assert.deepEqual(owners(policy("id-of-the-bucket", later)), ["later"]);
  });

  it("go by the name where it was computed from another resource", () => {
    assert.deepEqual(owners(policy("kennel-logs", photos)), ["logs"]);
  });

  it("are unclear where nothing is known", () => {
    const stranger = policy(UNKNOWN);
    assert.deepEqual(attachedTo(photos, all, [stranger], LINK), { found: [], unclear: [stranger] });
  });
});
