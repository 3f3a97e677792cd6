import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

const REPOSITORY = path.resolve(__dirname, "..");

/** The anchors that GitHub gives to a document's headings. */
function anchorsOf(markdown: string): Set<string> {
  const headings = [...markdown.matchAll(/^#{1,6} (.+)$/gm)].map(([, text]) => text!);
  return new Set(
    headings.map((text) =>
      text
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

/** What is wrong with the links of a document to files of this repository. */
function brokenLinks(document: string): string[] {
  const text = readFileSync(path.join(REPOSITORY, document), "utf8").replace(/^```[^]*?^```/gm, "");
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link]) => {
    if (/^[a-z]+:/.test(link!)) {
      return [];
    }
    const [file, anchor] = link!.split("#");
    const target = file === "" ? document : path.join(path.dirname(document), file!);
    const found = path.join(REPOSITORY, target);
    if (!existsSync(found)) {
      return [`${document}: ${link}`];
    }
    const isMissing =
      anchor !== undefined &&
      statSync(found).isFile() &&
      target.endsWith(".md") &&
      !anchorsOf(readFileSync(found, "utf8")).has(anchor);
    return isMissing ? [`${document}: ${link} (there is no such heading)`] : [];
  });
}

describe("the documents", () => {
  it("link to files and headings that exist", () => {
    const documents = execFileSync("git", ["ls-files", "*.md"], {
      cwd: REPOSITORY,
      encoding: "utf8",
    });
    // What a package has in another place than the repository is linked from there.
    const own = documents
      .trim()
      .split("\n")
      .filter((file) => !file.endsWith("PACKAGE.md"));
    assert.ok(own.length > 10);
    assert.deepEqual(own.flatMap(brokenLinks), []);
  });
});
