import { readFileSync, readdirSync, statSync } from "node:fs";
import path from "node:path";

import { detectImageType } from "@kennel/fetch-photo/image-type";

import { UserError } from "../output/failure";
import { SAMPLE_PHOTOS } from "../repository";

/** A photo as a client would send it: bytes, and the content type that they have. */
export interface Photo {
  readonly name: string;
  readonly bytes: Buffer;
  readonly contentType: string;
}

/**
 * Reads the named photos, or the samples where none is named. What is wrong with the bytes is for the function to say.
 *
 * @throws UserError naming the file that is missing or empty.
 */
export function readPhotos(files: readonly string[] | undefined): Photo[] {
  return (files ?? samplePhotos()).map(readPhoto);
}

/** The sample photos' paths, sorted by name. */
export function samplePhotos(): string[] {
  return readdirSync(SAMPLE_PHOTOS)
    .filter((name) => name.endsWith(".jpg"))
    .sort()
    .map((name) => path.join(SAMPLE_PHOTOS, name));
}

/** What a sample photo shows, by its file's name: `german-shepherd.jpg` is a german shepherd. */
export function sampleSubject(file: string): string {
  return path.basename(file, ".jpg").replaceAll("-", " ");
}

function readPhoto(file: string): Photo {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined || !stats.isFile()) {
    throw new UserError(`there is no photo at ${file}: name an existing JPEG, PNG or WebP file.`);
  }
  if (stats.size === 0) {
    throw new UserError(`${file} is empty (0 bytes): name a JPEG, PNG or WebP photo.`);
  }
  const bytes = readFileSync(file);
  const contentType = detectImageType(bytes) ?? "application/octet-stream";
  return { name: path.basename(file), bytes, contentType };
}
