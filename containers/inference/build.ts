import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { buildSync } from "esbuild";

const distDirectory = join(__dirname, "dist");

/**
 * Bundles the server and its worker; ONNX Runtime, sharp and koffi bring native code and stay outside.
 * @returns the directory with serve.js and worker.js
 */
export function buildServer(): string {
  const { outputFiles } = buildSync({
    entryPoints: {
      serve: join(__dirname, "source/serve.ts"),
      worker: join(__dirname, "source/inference/worker.ts"),
    },
    outdir: distDirectory,
    bundle: true,
    write: false,
    platform: "node",
    target: "node20",
    format: "cjs",
    minify: true,
    external: ["onnxruntime-node", "sharp", "koffi"],
    logLevel: "warning",
  });
  for (const { path, contents } of outputFiles) {
    // A rename replaces the file at once: a server that starts meanwhile reads the old one or the new one.
    mkdirSync(dirname(path), { recursive: true });
    const temporary = `${path}.${process.pid}.partial`;
    writeFileSync(temporary, contents);
    renameSync(temporary, path);
  }
  return distDirectory;
}

if (require.main === module) console.log(`built ${buildServer()}`);
