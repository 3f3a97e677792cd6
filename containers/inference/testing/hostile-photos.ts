import { crc32, deflateSync, gzipSync } from "node:zlib";
import type { Random } from "./random";

/** Files that claim to be photos: real ones that were damaged, other formats, and small files that unpack to huge ones. */
export function hostilePhoto(photos: readonly Buffer[], random: Random): Buffer {
  const photo = random.pick(photos);
  const kind = random.below(12);
  if (kind < 6) return damaged(photo, random);
  if (kind < 8) return polyglot(photo, random.pick(photos), random);
  if (kind < 10) return bomb(random);
  return otherFile(random);
}

const signatures = [
  Buffer.from([0xff, 0xd8, 0xff, 0xe0]),
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  Buffer.from("RIFF\xff\xff\xff\x7fWEBPVP8 ", "latin1"),
];

function damaged(photo: Buffer, random: Random): Buffer {
  const copy = Buffer.from(photo);
  const place = () => random.below(copy.length);
  switch (random.below(6)) {
    case 0:
      return copy.subarray(0, place());
    case 1: {
      for (let count = 1 + random.below(40); count > 0; count -= 1)
        copy[place()] = random.below(256);
      return copy;
    }
    case 2: {
      // Sizes, offsets and markers are near the start.
      for (let count = 1 + random.below(8); count > 0; count -= 1) {
        copy[random.below(Math.min(64, copy.length))] = random.pick([0, 1, 0x7f, 0x80, 0xfe, 0xff]);
      }
      return copy;
    }
    case 3: {
      const [from, to] = [place(), place()].sort((a, b) => a - b) as [number, number];
      return Buffer.concat([copy.subarray(0, from), copy.subarray(to)]);
    }
    case 4: {
      const at = place();
      const insertion = random.bytes(1 + random.below(2000));
      return Buffer.concat([copy.subarray(0, at), insertion, copy.subarray(at)]);
    }
    default: {
      const start = place();
      copy.subarray(start, start + random.below(5000)).fill(random.below(256));
      return copy;
    }
  }
}

/** Two files in one: both readers are content with the start or the end. */
function polyglot(photo: Buffer, other: Buffer, random: Random): Buffer {
  const strange = random.pick([
    Buffer.from("<html><script>alert(1)</script></html>"),
    Buffer.from("%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"),
    Buffer.from("PK\x05\x06" + "\0".repeat(18), "latin1"),
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'),
    other,
  ]);
  const parts = random.below(2) === 0 ? [photo, strange] : [strange, photo];
  return random.below(3) === 0
    ? Buffer.concat([random.pick(signatures), strange, photo])
    : Buffer.concat(parts);
}

/** Little to send, much to unpack. */
function bomb(random: Random): Buffer {
  const size = random.pick([0, 1, 20_000, 65_535, 0x7fffffff, 0xffffffff]);
  switch (random.below(6)) {
    case 0:
      return png(size, random.pick([1, size]), deflateSync(Buffer.alloc(2_000_000)));
    case 1: {
      // Metadata that unpacks to 20 MB.
      const text = Buffer.concat([
        Buffer.from("zTXtComment\0\0").subarray(4),
        deflateSync(Buffer.alloc(2e7)),
      ]);
      return png(1, 1, deflateSync(Buffer.alloc(4)), chunk("zTXt", text));
    }
    case 2:
      return jpegOfSize(size & 0xffff, random.pick([1, size & 0xffff]));
    case 3:
      return webpCanvas(16_383, 16_383);
    case 4:
      return progressiveJpeg(4000, random.pick([1, 100, 101, 5000]));
    default:
      return gzipSync(Buffer.alloc(1_000_000));
  }
}

/** What is not a photo at all, and formats that are not served. */
function otherFile(random: Random): Buffer {
  return random.pick([
    Buffer.alloc(0),
    Buffer.from([0xff]),
    Buffer.from("GIF89a\x01\0\x01\0\0\0\0;", "latin1"),
    Buffer.from("II*\0\x08\0\0\0", "latin1"),
    Buffer.from("\0\0\0\x20ftypavif\0\0\0\0avifmif1", "latin1"),
    Buffer.from("%!PS-Adobe-3.0 EPSF-3.0\n(/etc/passwd) (r) file"),
    Buffer.from(
      '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>',
    ),
    Buffer.from('<svg width="100000" height="100000"/>'),
    Buffer.from("BM" + "\xff".repeat(60), "latin1"),
    Buffer.concat([random.pick(signatures), random.bytes(random.below(3000))]),
    random.bytes(random.below(3000)),
    Buffer.alloc(random.below(200_000), 0xff),
    // A segment, and no marker behind it.
    Buffer.concat([signatures[0]!, Buffer.of(0, 4, 0, 0), Buffer.alloc(random.below(3000), 0x4a)]),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const content = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(content));
  return Buffer.concat([length, content, check]);
}

/** A PNG file whose header claims any size, with valid checksums. */
export function png(width: number, height: number, data: Buffer, ...others: Buffer[]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const chunks = [chunk("IHDR", header), ...others, chunk("IDAT", data)];
  return Buffer.concat([signatures[1]!, ...chunks, chunk("IEND", Buffer.alloc(0))]);
}

/**
 * A grey progressive JPEG file that is sound, of a square photo: its scans are empty, but a decoder goes over all coefficients
 * for each.
 * @param side pixels; a multiple of 8
 */
export function progressiveJpeg(side: number, scans: number): Buffer {
  const frame = Buffer.of(8, side >> 8, side & 255, side >> 8, side & 255, 1, 1, 0x11, 0);
  const blocks = (side / 8) ** 2;
  // One code of one bit in each table: a difference of 0, and an end of 2^14 to 2^15 - 1 blocks at once.
  const codes = [1, ...Array.from({ length: 15 }, () => 0)];
  const first = Buffer.alloc(Math.ceil(blocks / 8));
  const runs = Array.from({ length: Math.ceil(blocks / 16_384) }, () => "0".repeat(15)).join("");
  const empty = Buffer.alloc(Math.ceil(runs.length / 8));
  const further = Buffer.concat([segment(0xda, Buffer.of(1, 1, 0, 1, 63, 0)), empty]);
  return Buffer.concat([
    Buffer.of(0xff, 0xd8),
    segment(0xdb, Buffer.concat([Buffer.of(0), Buffer.alloc(64, 1)])),
    segment(0xc2, frame),
    segment(0xc4, Buffer.of(0, ...codes, 0)),
    segment(0xc4, Buffer.of(0x10, ...codes, 0xe0)),
    segment(0xda, Buffer.of(1, 1, 0, 0, 0, 0)),
    first,
    ...Array.from({ length: scans - 1 }, () => further),
    Buffer.of(0xff, 0xd9),
  ]);
}

function segment(marker: number, body: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(body.length + 2);
  return Buffer.concat([Buffer.of(0xff, marker), length, body]);
}

function jpegOfSize(width: number, height: number): Buffer {
  const frame = Buffer.from([0xff, 0xc0, 0, 11, 8, 0, 0, 0, 0, 1, 1, 0x11, 0]);
  frame.writeUInt16BE(height, 5);
  frame.writeUInt16BE(width, 7);
  const scan = Buffer.from([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0]);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    frame,
    scan,
    Buffer.alloc(500),
    Buffer.from([0xff, 0xd9]),
  ]);
}

function webpCanvas(width: number, height: number): Buffer {
  const header = Buffer.alloc(10);
  header.writeUIntLE(width - 1, 4, 3);
  header.writeUIntLE(height - 1, 7, 3);
  const content = Buffer.concat([Buffer.from("WEBPVP8X\x0a\0\0\0", "latin1"), header]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(content.length);
  return Buffer.concat([Buffer.from("RIFF"), length, content]);
}
