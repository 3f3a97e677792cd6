/** Compiles kernel.assembly.ts and writes what the server loads: `npm run kernel -w containers/inference`. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const photoDirectory = join(__dirname, "source/photo");

/** Where the compiled kernel is kept, so that neither a build nor a start needs the compiler. */
export const GENERATED = join(photoDirectory, "kernel.generated.ts");

/** The generated module's text: the WebAssembly binary in base64. */
export function compileKernel(): string {
  const compiler = join(dirname(require.resolve("assemblyscript/package.json")), "bin/asc.js");
  const folder = mkdtempSync(join(tmpdir(), "kennel-kernel-"));
  try {
    const binary = join(folder, "kernel.wasm");
    const options = ["-O3", "--runtime", "stub", "--importMemory", "--enable", "simd"];
    execFileSync(
      process.execPath,
      [compiler, "kernel.assembly.ts", ...options, "--outFile", binary],
      { cwd: photoDirectory, stdio: ["ignore", "ignore", "inherit"] },
    );
    return [
      "// Written by compile-kernel.ts from kernel.assembly.ts.",
      `export const kernelBinary = "${readFileSync(binary).toString("base64")}";`,
      "",
    ].join("\n");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (require.main === module) {
  writeFileSync(GENERATED, compileKernel());
  console.log(`wrote ${GENERATED}`);
}
