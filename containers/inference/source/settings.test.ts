import assert from "node:assert/strict";
import { StartupError } from "./errors";
import { readSettings } from "./settings";

describe("readSettings", () => {
  it("has SageMaker's defaults", () => {
    const settings = readSettings({});
    assert.equal(settings.modelDirectory, "/opt/ml/model");
    assert.equal(settings.port, 8080);
    assert.equal(settings.address, "0.0.0.0");
    assert.equal(settings.maxBodyBytes, 25 * 1024 * 1024);
    assert.equal(settings.fetchPhotos, false);
  });

  it("takes values and counts an empty variable as unset", () => {
    const settings = readSettings({ SAGEMAKER_BIND_TO_PORT: "0", SM_MODEL_DIR: "" });
    assert.equal(settings.port, 0);
    assert.equal(settings.modelDirectory, "/opt/ml/model");
  });

  it("names every wrong variable, its value and what is allowed", () => {
    const environment = {
      SAGEMAKER_BIND_TO_PORT: "70000",
      KENNEL_WORKERS: "two",
      KENNEL_FETCH_PHOTOS: "yes",
    };
    assert.throws(
      () => readSettings(environment),
      (error: Error) => {
        assert.ok(error instanceof StartupError);
        assert.match(
          error.message,
          /SAGEMAKER_BIND_TO_PORT=70000: expected a whole number from 0 to 65535/,
        );
        assert.match(error.message, /KENNEL_WORKERS=two: expected a whole number from 1 to 256/);
        assert.match(error.message, /KENNEL_FETCH_PHOTOS=yes: expected "true" or "false"/);
        return true;
      },
    );
  });
});
