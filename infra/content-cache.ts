import * as fs from "node:fs";
import * as path from "node:path";

/** Milliseconds after which what nobody has asked for is removed; whoever asks for it again gets the same bytes. */
const keptMs = 30 * 24 * 3600 * 1000;

/**
 * Makes a file or a folder whose name says what is in it, unless it is there already.
 *
 * @param target its path; other entries of its folder that have not been used for a month are removed
 * @param make makes it at the path that it is given; it then appears at `target` as a whole
 */
export function makeOnce(target: string, make: (unfinished: string) => void): void {
  if (fs.existsSync(target)) {
    const now = new Date();
    fs.utimesSync(target, now, now);
    return;
  }
  const folder = path.dirname(target);
  fs.mkdirSync(folder, { recursive: true });
  removeOld(folder);
  const unfinished = `${target}.${process.pid}`;
  make(unfinished);
  try {
    fs.renameSync(unfinished, target);
  } catch (error) {
    // A folder can't be renamed onto the same one of another process.
    fs.rmSync(unfinished, { recursive: true, force: true });
    if (!fs.existsSync(target)) {
      throw error;
    }
  }
}

function removeOld(folder: string): void {
  for (const name of fs.readdirSync(folder)) {
    const entry = path.join(folder, name);
    const stats = fs.statSync(entry, { throwIfNoEntry: false });
    if (stats && Date.now() - stats.mtimeMs > keptMs) {
      fs.rmSync(entry, { recursive: true, force: true });
    }
  }
}
