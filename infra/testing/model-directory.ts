import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** Writes the files of a model directory with little in them: enough to be packed and uploaded, not to be served. */
export function writeModelDirectory(content = "model"): string {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "kennel-model-"));
  fs.writeFileSync(path.join(directory, "model.onnx"), content);
  fs.writeFileSync(path.join(directory, "classes.json"), '["cat","dog"]');
  fs.writeFileSync(path.join(directory, "preprocess.json"), '{"version":1}');
  return directory;
}
