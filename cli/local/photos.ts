import { readFileSync, readdirSync, statSync } from "node:fs";
import path from "node:path";

import { UserError } from "../output/failure";
import { SAMPLE_PHOTOS } from "../repository";

/** A photo as a client would send it: bytes, and the content type that its name suggests. */
export interface Photo {
  readonly name: string;
  readonly bytes: Buffer;
  readonly contentType: string;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".png": "image/png",
  ".webp": "image/webp",
};

/**
 * Reads the named photos, or the samples where none is named. What the bytes are is for the function to judge.
 *
 * @throws UserError naming the file that is missing, empty, or not called like a photo.
 */
export function readPhotos(files: readonly string[] | undefined): Photo[] {
  return (files ?? samplePhotos()).map(readPhoto);
}

/** The sample photos' paths, sorted by name. */
export function samplePhotos(): string[] {
  return readdirSync(SAMPLE_PHOTOS)
    .filter((name) => contentTypeOf(name) !== undefined)
    .sort()
    .map((name) => path.join(SAMPLE_PHOTOS, name));
}

/** The content type that a file's name suggests; undefined where it names no photo. */
export function contentTypeOf(file: string): string | undefined {
  return CONTENT_TYPES[path.extname(file).toLowerCase()];
}

function readPhoto(file: string): Photo {
  const contentType = contentTypeOf(file);
  if (contentType === undefined) {
    throw new UserError(
      `${file} is not called like a photo: allowed are ${Object.keys(CONTENT_TYPES).join(", ")}.`,
    );
  }
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined || !stats.isFile()) {
    throw new UserError(`there is no photo at ${file}: name an existing JPEG, PNG or WebP file.`);
  }
  if (stats.size === 0) {
    throw new UserError(`${file} is empty (0 bytes): name a JPEG, PNG or WebP photo.`);
  }
  return { name: path.basename(file), bytes: readFileSync(file), contentType };
}
