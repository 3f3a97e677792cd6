import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import type { Case } from "./cases";
import { consult } from "./oracle";

/**
 * AWS managed policies from a folder of JSON files, one policy a file: either the document itself, or an object whose
 * `document` (or `PolicyVersion.Document`) it is. The oracle labels them; conditions that always hold escape it.
 *
 * @throws an error naming the folder or file that can't be used.
 */
export async function readManagedPolicies(folder: string): Promise<Case[]> {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort();
  if (files.length === 0) {
    throw new Error(`${folder} holds no JSON file; --managed needs one for each policy.`);
  }
  const cases: Case[] = [];
  for (const name of files) {
    const document = documentIn(path.join(folder, name));
    cases.push({
      id: path.basename(name, ".json"),
      group: "managed",
      text: JSON.stringify(document),
      why: "made-up requests, decided one by one",
      expected: { ...(await consult(document)), analysable: true },
    });
  }
  return cases;
}

function documentIn(file: string): object {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`${file} is not JSON: ${(error as Error).message}`);
  }
  const { document, PolicyVersion: version } = content as {
    document?: object;
    PolicyVersion?: { Document?: object };
  };
  const found = document ?? version?.Document ?? (content as object);
  if (!("Statement" in found)) {
    throw new Error(
      `${file} holds no policy document: neither it, its "document" nor its "PolicyVersion.Document" has a Statement.`,
    );
  }
  return found;
}
