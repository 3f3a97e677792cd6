import assert from "node:assert/strict";
import { UNKNOWN } from "../iam/unknown";
import type { JudgedResource } from "../resource";
import type { Rule } from "../rule";
import { outcomesOf, testResource } from "./outcomes";

/** Properties of a resource. */
export type Properties = Record<string, unknown>;

export const BUCKET = "aws:s3/bucket:Bucket";
export const BUCKET_V2 = "aws:s3/bucketV2:BucketV2";
export const NATIVE = "aws-native:s3:Bucket";

/** A bucket with a known name, unless the properties say otherwise. */
export const bucket = (props: Properties = {}, type = BUCKET): JudgedResource =>
  testResource({ type, name: "photos", props: { bucket: "kennel-photos", ...props } });
/** A resource that names the bucket, or was computed from it. */
export const separate = (type: string, props: Properties, on?: JudgedResource): JudgedResource =>
  testResource({
    type,
    name: "separate",
    props: { bucket: on === undefined ? "kennel-photos" : UNKNOWN, ...props },
    propertyDependencies: on === undefined ? {} : { bucket: [on] },
  });

/** What a rule says about resources. */
export function said(rule: Rule, resources: JudgedResource[], config: object = {}): string[] {
  return outcomesOf(rule, resources, config).map((each) =>
    "unknown" in each ? `unknown ${each.unknown}` : each.message,
  );
}

/** The forms in which a setting of a bucket can be written. */
export interface Forms {
  readonly rule: Rule;
  /** The setting as it should be, as a resource and as what stands in a bucket. */
  readonly good: readonly (readonly [type: string, props: Properties])[];
  readonly bad: readonly (readonly [type: string, props: Properties])[];
  readonly goodInline: readonly (readonly [type: string, props: Properties])[];
  readonly badInline: readonly (readonly [type: string, props: Properties])[];
  /** The property of the bucket with the setting. */
  readonly inline: string;
}

/** Describes a rule about a setting of buckets: every form of it, by name and by reference, known and not. */
export function describeSetting({ rule, good, bad, goodInline, badInline, inline }: Forms): void {
  describe(rule.name, () => {
    for (const type of [BUCKET, BUCKET_V2, NATIVE]) {
      it(`finds a bare ${type}`, () => {
        const found = said(rule, [bucket({}, type)]);
        assert.equal(found.length, 1);
        assert.match(found[0]!, /^photos /);
      });
    }

    for (const [type, props] of good) {
      it(`passes ${type}, by name and by reference`, () => {
        assert.deepEqual(said(rule, [bucket(), separate(type, props)]), []);
        const later = bucket({ bucket: UNKNOWN }, BUCKET_V2);
        assert.deepEqual(said(rule, [later, separate(type, props, later)]), []);
      });
    }

    for (const [type, props] of bad) {
      it(`finds ${type} with ${JSON.stringify(props)}`, () => {
        const found = said(rule, [bucket(), separate(type, props)]);
        assert.equal(found.length, 1);
        assert.match(found[0]!, /separate/);
      });
    }

    for (const [type, props] of goodInline) {
      it(`passes ${JSON.stringify(props)} in ${type}`, () => {
        assert.deepEqual(said(rule, [bucket(props, type)]), []);
      });
    }

    for (const [type, props] of badInline) {
      it(`finds ${JSON.stringify(props)} in ${type}`, () => {
        assert.equal(said(rule, [bucket(props, type)]).length, 1);
      });
    }

    it("finds the second bucket, where only the first has the setting", () => {
      const second = testResource({ type: BUCKET, name: "second", props: { bucket: "second" } });
      const [type, props] = good[0]!;
      const found = said(rule, [bucket(), second, separate(type, props)]);
      assert.equal(found.length, 1);
      assert.match(found[0]!, /^second /);
    });

    it("names what a preview does not know", () => {
      const [type, props] = good[0]!;
      const key = Object.keys(props)[0]!;
      assert.deepEqual(said(rule, [bucket(), separate(type, { ...props, [key]: UNKNOWN })]), [
        `unknown ${key}`,
      ]);
      assert.deepEqual(said(rule, [bucket(), separate(type, { ...props, bucket: UNKNOWN })]), [
        "unknown bucket",
      ]);
    });

    it("takes an inline value that the provider will compute for absent, one that the program will for unknown", () => {
      const type = inline === "publicAccessBlockConfiguration" ? NATIVE : BUCKET;
      const computed = bucket({ [inline]: UNKNOWN }, type);
      assert.match(said(rule, [computed])[0]!, /^photos /);
      const given = { ...computed, propertyDependencies: { [inline]: [bucket()] } };
      assert.deepEqual(said(rule, [given]), [`unknown ${inline}`]);
    });
  });
}
