import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { judge } from "./judge";
import { readDocument } from "./document";
import { services } from "./services";

/**
 * Writes the table of AWS managed policies, with the services to which their documents grant full access, from a clone of
 * https://github.com/iann0036/iam-dataset (MIT), which collects the documents that AWS publishes.
 *
 *     npx ts-node policies/iam/generate-managed-policies.ts PATH-OF-THE-CLONE
 */
interface Source {
  readonly name: string;
  readonly document: unknown;
}

/** Two documents that the data set is too large to carry (AWS managed policy reference guide). */
const WELL_KNOWN: readonly Source[] = [
  {
    name: "AdministratorAccess",
    document: allowing({ Action: "*" }),
  },
  {
    name: "PowerUserAccess",
    document: allowing({ NotAction: ["iam:*", "organizations:*", "account:*"] }),
  },
];

function allowing(what: object): object {
  return {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", ...what, Resource: "*" }],
  };
}

function git(clone: string, ...args: string[]): string {
  return execFileSync("git", ["-C", clone, ...args], { encoding: "utf8", maxBuffer: 2 ** 30 });
}

function sources(clone: string): Source[] {
  const listed = git(clone, "ls-tree", "-r", "--name-only", "HEAD", "aws/managedpolicies")
    .split("\n")
    .filter((file) => file.endsWith(".json"));
  return listed.flatMap((file) => {
    try {
      const policy = JSON.parse(git(clone, "show", `HEAD:${file}`)) as Source;
      return [{ name: path.basename(file, ".json"), document: policy.document }];
    } catch {
      // A partial copy lacks the largest files; the two that matter are well known.
      return [];
    }
  });
}

function main(): void {
  const clone = process.argv[2];
  if (clone === undefined) {
    process.stderr.write("Name the folder of a clone of github.com/iann0036/iam-dataset.\n");
    process.exitCode = 1;
    return;
  }
  const policies: Record<string, { services: readonly string[] }> = {};
  const all = [...sources(clone), ...WELL_KNOWN].sort((one, other) =>
    one.name < other.name ? -1 : 1,
  );
  for (const { name, document } of all) {
    const granted = [...judge(readDocument(document).statements).fullServices].sort();
    policies[name] = { services: granted.length > services().size / 2 ? ["*"] : granted };
  }
  const table = {
    source: "https://github.com/iann0036/iam-dataset (MIT License, Copyright (c) 2021 Ian Mckay)",
    commit: git(clone, "rev-parse", "HEAD").trim(),
    policies,
  };
  const lines = Object.entries(policies).map(
    ([name, policy]) => `    ${JSON.stringify(name)}: ${JSON.stringify(policy)}`,
  );
  writeFileSync(
    path.join(__dirname, "managed-policies.generated.json"),
    `{\n  "source": ${JSON.stringify(table.source)},\n  "commit": "${table.commit}",\n  "policies": {\n${lines.join(",\n")}\n  }\n}\n`,
  );
}

main();
