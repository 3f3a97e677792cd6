import assert from "node:assert/strict";
import { UNKNOWN } from "../../iam/unknown";
import type { JudgedResource } from "../../resource";
import type { Rule } from "../../rule";
import { outcomesOf, testResource } from "../../testing";
import { bucketEncryption } from "./bucket-encryption";
import { bucketPublicAccessBlock } from "./bucket-public-access-block";
import { bucketVersioning } from "./bucket-versioning";

type Properties = Record<string, unknown>;

const BUCKET = "aws:s3/bucket:Bucket";
const BUCKET_V2 = "aws:s3/bucketV2:BucketV2";
const NATIVE = "aws-native:s3:Bucket";

const bucket = (props: Properties = {}, type = BUCKET): JudgedResource =>
  testResource({ type, name: "photos", props: { bucket: "kennel-photos", ...props } });
const separate = (type: string, props: Properties, on?: JudgedResource): JudgedResource =>
  testResource({
    type,
    name: "separate",
    props: { bucket: on === undefined ? "kennel-photos" : UNKNOWN, ...props },
    propertyDependencies: on === undefined ? {} : { bucket: [on] },
  });

function said(rule: Rule, resources: JudgedResource[], config: object = {}): string[] {
  return outcomesOf(rule, resources, config).map((each) =>
    "unknown" in each ? `unknown ${each.unknown}` : each.message,
  );
}

interface Forms {
  readonly rule: Rule;
  /** The setting as it should be, as a resource and as what stands in a bucket. */
  readonly good: readonly (readonly [type: string, props: Properties])[];
  readonly bad: readonly (readonly [type: string, props: Properties])[];
  readonly goodInline: readonly (readonly [type: string, props: Properties])[];
  readonly badInline: readonly (readonly [type: string, props: Properties])[];
  /** The property of the bucket with the setting. */
  readonly inline: string;
}

const ENCRYPTION =
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
const ENCRYPTION_V2 =
  "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2";
const aes = { sseAlgorithm: "AES256" };
const allOn = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};
const BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";

const cases: readonly Forms[] = [
  {
    rule: bucketEncryption,
    good: [
      [ENCRYPTION, { rules: [{ applyServerSideEncryptionByDefault: aes }] }],
      [
        ENCRYPTION_V2,
        { rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" } }] },
      ],
    ],
    bad: [
      [ENCRYPTION, { rules: [] }],
      [ENCRYPTION_V2, { rules: [{ bucketKeyEnabled: true }] }],
    ],
    goodInline: [
      [
        BUCKET,
        {
          serverSideEncryptionConfiguration: { rule: { applyServerSideEncryptionByDefault: aes } },
        },
      ],
      [
        BUCKET_V2,
        {
          serverSideEncryptionConfigurations: [
            { rules: [{ applyServerSideEncryptionByDefaults: [aes] }] },
          ],
        },
      ],
      [
        NATIVE,
        {
          bucketEncryption: {
            serverSideEncryptionConfiguration: [{ serverSideEncryptionByDefault: aes }],
          },
        },
      ],
    ],
    badInline: [[BUCKET, { serverSideEncryptionConfiguration: { rule: {} } }]],
    inline: "serverSideEncryptionConfiguration",
  },
  {
    rule: bucketVersioning,
    good: [
      [
        "aws:s3/bucketVersioning:BucketVersioning",
        { versioningConfiguration: { status: "Enabled" } },
      ],
      [
        "aws:s3/bucketVersioningV2:BucketVersioningV2",
        { versioningConfiguration: { status: "Enabled" } },
      ],
    ],
    bad: [
      [
        "aws:s3/bucketVersioning:BucketVersioning",
        { versioningConfiguration: { status: "Suspended" } },
      ],
      [
        "aws:s3/bucketVersioningV2:BucketVersioningV2",
        { versioningConfiguration: { status: "Disabled" } },
      ],
    ],
    goodInline: [
      [BUCKET, { versioning: { enabled: true } }],
      [BUCKET_V2, { versionings: [{ enabled: true }] }],
      [NATIVE, { versioningConfiguration: { status: "Enabled" } }],
    ],
    badInline: [
      [BUCKET, { versioning: { enabled: false } }],
      [NATIVE, { versioningConfiguration: { status: "Suspended" } }],
    ],
    inline: "versioning",
  },
  {
    rule: bucketPublicAccessBlock,
    good: [[BLOCK, allOn]],
    bad: [
      [BLOCK, { ...allOn, blockPublicPolicy: false }],
      [BLOCK, { ...allOn, ignorePublicAcls: undefined }],
    ],
    goodInline: [[NATIVE, { publicAccessBlockConfiguration: allOn }]],
    badInline: [[NATIVE, { publicAccessBlockConfiguration: { ...allOn, blockPublicAcls: false } }]],
    inline: "publicAccessBlockConfiguration",
  },
];

for (const { rule, good, bad, goodInline, badInline, inline } of cases) {
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

describe("bucket-encryption with KMS asked for", () => {
  it("finds the keys of S3 and passes those of KMS", () => {
    const encryption = (sseAlgorithm: string): JudgedResource =>
      separate(ENCRYPTION, { rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm } }] });
    const config = { algorithm: "aws:kms" };
    assert.match(said(bucketEncryption, [bucket(), encryption("AES256")], config)[0]!, /AES256/);
    assert.deepEqual(said(bucketEncryption, [bucket(), encryption("aws:kms:dsse")], config), []);
  });
});

describe("bucket-public-access-block of an account", () => {
  const ACCOUNT = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock";
  const account = (props: Properties): JudgedResource => testResource({ type: ACCOUNT, props });

  it("stands for every bucket", () => {
    assert.deepEqual(said(bucketPublicAccessBlock, [bucket(), account(allOn)]), []);
    const half = said(bucketPublicAccessBlock, [
      bucket(),
      account({ ...allOn, blockPublicAcls: false }),
    ]);
    assert.equal(half.length, 2);
  });

  it("is repaired, and keeps the rest", () => {
    const repair = (props: Properties): Properties | undefined =>
      bucketPublicAccessBlock.resource!.remediate!(separate(BLOCK, props), { config: {} });
    assert.deepEqual(repair({ blockPublicAcls: false }), { bucket: "kennel-photos", ...allOn });
    assert.equal(repair(allOn), undefined);
  });
});
