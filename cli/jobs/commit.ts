import { spawnSync } from "node:child_process";

import { REPOSITORY } from "../repository";

/** The checkout's commit, with `-dirty` behind it where files differ from it; undefined outside of git. */
export function currentCommit(): string | undefined {
  const { status, stdout } = spawnSync(
    "git",
    ["describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"],
    { cwd: REPOSITORY, encoding: "utf8" },
  );
  return status === 0 ? stdout.trim() : undefined;
}
