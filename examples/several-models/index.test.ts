import assert from "node:assert/strict";

import { type Inputs, loadWithMocks } from "../mocks";

describe("the example several-models", function () {
  this.timeout(60_000);

  it("serves both models from the shared bucket", async () => {
    const find = await loadWithMocks("several-models");
    const { bucket } = find("aws:s3/bucket:Bucket", "data");
    for (const name of ["dogs", "cats"]) {
      const { primaryContainer } = find("aws:sagemaker/model:Model", name);
      const { modelDataUrl } = primaryContainer as Inputs;
      assert.equal(modelDataUrl, `s3://${String(bucket)}/models/${name}/model.tar.gz`);
    }
  });
});
