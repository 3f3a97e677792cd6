// Copies the packages that the bundle leaves outside (ONNX Runtime, sharp and koffi, with what they need) and of their native libraries only this
// platform's: node native-packages.mjs FROM_NODE_MODULES TO_NODE_MODULES
import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [from, to] = process.argv.slice(2);
const roots = ["koffi", "onnxruntime-node", "sharp"];
// Needed by their packages' install scripts only, never while the server runs.
const installOnly = new Set(["adm-zip", "global-agent", "node-gyp"]);
const platform = `${process.platform}/${process.arch}`;

function packagesFrom(names, found = new Set()) {
  for (const name of names) {
    if (found.has(name) || installOnly.has(name) || !existsSync(join(from, name))) continue;
    found.add(name);
    const manifest = JSON.parse(readFileSync(join(from, name, "package.json"), "utf8"));
    const needed = { ...manifest.dependencies, ...manifest.optionalDependencies };
    packagesFrom(Object.keys(needed), found);
  }
  return found;
}

for (const name of packagesFrom(roots)) {
  cpSync(join(from, name), join(to, name), {
    recursive: true,
    filter: (path) => {
      const native = /\/onnxruntime-node\/bin\/napi-v\d+\/(.+)$/.exec(path);
      return !native || native[1].startsWith(platform) || platform.startsWith(`${native[1]}`);
    },
  });
}

const kept = readdirSync(to);
if (!roots.every((name) => kept.includes(name))) {
  process.stderr.write(`${from} lacks one of ${roots.join(", ")}: run npm ci first\n`);
  process.exit(1);
}
