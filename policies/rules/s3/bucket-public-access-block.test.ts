import assert from "node:assert/strict";
import type { JudgedResource } from "../../resource";
import { repairOf, testResource } from "../../testing/outcomes";
import { bucketPublicAccessBlock } from "./bucket-public-access-block";
import {
  bucket,
  describeSetting,
  NATIVE,
  said,
  separate,
  type Properties,
} from "../../testing/bucket-setting";

const BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const allOn = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};

describeSetting({
  rule: bucketPublicAccessBlock,
  good: [[BLOCK, allOn]],
  bad: [
    [BLOCK, { ...allOn, blockPublicPolicy: false }],
    [BLOCK, { ...allOn, ignorePublicAcls: undefined }],
  ],
  goodInline: [[NATIVE, { publicAccessBlockConfiguration: allOn }]],
  badInline: [[NATIVE, { publicAccessBlockConfiguration: { ...allOn, blockPublicAcls: false } }]],
  inline: "publicAccessBlockConfiguration",
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

  it("is repaired", () => {
    const repair = (props: Properties): Properties | undefined =>
      repairOf(bucketPublicAccessBlock, separate(BLOCK, props));
    assert.deepEqual(repair({ blockPublicAcls: false }), allOn);
    assert.equal(repair(allOn), undefined);
  });
});
