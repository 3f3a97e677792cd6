import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import sharp from "sharp";

import { BUCKET } from "./archives";

const CLASSES = { blue: { r: 20, g: 30, b: 220 }, red: { r: 220, g: 30, b: 20 } };

/** Puts a training set of plain photos of two classes below an address, a few in each split. */
export async function putPhotos(s3: S3Client, prefix: string): Promise<string> {
  for (const split of ["train", "valid", "test"]) {
    for (const [name, background] of Object.entries(CLASSES)) {
      for (let index = 0; index < 3; index += 1) {
        const shade = { ...background, g: background.g + index * 20 };
        const create = { width: 64, height: 64, channels: 3 as const, background: shade };
        const Body = await sharp({ create }).jpeg().toBuffer();
        const Key = `${prefix}/${split}/${name}/${index}.jpg`;
        await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
      }
    }
  }
  return `s3://${BUCKET}/${prefix}`;
}
