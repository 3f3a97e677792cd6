/** What was sent and what the function, or the service before it, said to it. */
export interface Refusal {
  readonly status: number;
  /** A stable name of the reason, such as `photo_too_large`; empty where there is none. */
  readonly code: string;
  readonly message: string;
}

/**
 * A refusal as a person needs it: what the file is, and what to do. What is said about addresses and by the model stays as
 * it is: it is written for people already.
 */
export function explainRefusal(bytes: Uint8Array, { status, code, message }: Refusal): string {
  if (code === "request_too_large") {
    return (
      `This photo has ${megabytes(bytes.length)}. A function URL in AWS takes requests of 6 MB, which is 4.7 MB of photo ` +
      "once it is encoded for the way. Send a smaller copy, or its address: then 10 MB are allowed."
    );
  }
  if (code === "photo_too_large") {
    return `This photo is too large. ${message}`;
  }
  if (bytes.length === 0) {
    return "This file is empty: nothing arrived. Choose it again, or another one.";
  }
  if (isUnreadableKind(status, code)) {
    const kind = kindOf(bytes);
    return kind.advice === undefined
      ? `This is not a photo, but ${kind.name}. Choose a JPEG, PNG or WebP file.`
      : `This is ${kind.name}. ${kind.advice}`;
  }
  if (code === "unreadable_photo") {
    return "This photo is damaged or incomplete, so it can't be read. Try the original, or save it again as JPEG.";
  }
  if (status === 429 || status === 503) {
    return "The model has too much to do just now. Try again in a moment.";
  }
  return message;
}

/** JSON that isn't, and images that aren't: the function is told nothing else about what a file is. */
function isUnreadableKind(status: number, code: string): boolean {
  return status === 415 || code === "unsupported_media_type" || code === "invalid_request";
}

interface Kind {
  readonly name: string;
  /** What to do; absent where it is not a picture at all. */
  readonly advice?: string;
}

const CONVERT = "Kennel reads JPEG, PNG and WebP: save it as one of them.";
const HEIC: Kind = {
  name: "an HEIC photo, the format of iPhones",
  advice:
    "Kennel reads JPEG, PNG and WebP. Export it as JPEG, or choose Settings > Camera > Formats > Most Compatible on the phone.",
};

/** First bytes of files that are dropped by mistake, in Latin-1. */
const SIGNATURES: readonly (readonly [RegExp, Kind])[] = [
  [/^....ftyp(heic|heix|hevc|hevx|heim|heis|mif1|msf1)/s, HEIC],
  [/^....ftypavi[fs]/s, { name: "an AVIF picture", advice: CONVERT }],
  [/^....ftyp/s, { name: "a video" }],
  [/^GIF8/, { name: "a GIF picture", advice: CONVERT }],
  [/^BM.{8}.{4}[\x0c\x28\x6c\x7c]\0\0\0/s, { name: "a BMP picture", advice: CONVERT }],
  [/^(II\*\0|MM\0\*)/, { name: "a TIFF picture or a camera's raw file", advice: CONVERT }],
  [/^(\0\0\0\x0cJXL |\xff\x0a)/, { name: "a JPEG XL picture", advice: CONVERT }],
  [/^\0\0\0\x0cjP {2}/, { name: "a JPEG 2000 picture", advice: CONVERT }],
  [/^\0\0\x01\0/, { name: "an icon", advice: CONVERT }],
  [/^8BPS/, { name: "a Photoshop file", advice: CONVERT }],
  [
    /^\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)?(<!DOCTYPE svg[^>]*>\s*)?<svg/is,
    { name: "an SVG drawing", advice: CONVERT },
  ],
  [/^\s*<(!doctype|html|\?xml)/i, { name: "a web page" }],
  [/^%PDF/, { name: "a PDF document" }],
  [/^PK\x03\x04/, { name: "a ZIP archive or an Office document" }],
  [/^(\x1f\x8b|Rar!|7z\xbc\xaf)/, { name: "an archive" }],
  [/^\x1aE\xdf\xa3/, { name: "a video" }],
  [/^RIFF....AVI /s, { name: "a video" }],
  [/^\xff\xd8/, { name: "a damaged JPEG photo", advice: "Try the original, or save it again." }],
];
const SIGNATURE_BYTES = 512;

/** What a file is by its first bytes. */
function kindOf(bytes: Uint8Array): Kind {
  const start = Buffer.from(bytes.subarray(0, SIGNATURE_BYTES));
  const known = SIGNATURES.find(([signature]) => signature.test(start.toString("latin1")));
  return (
    known?.[1] ?? { name: isText(start) ? "a text" : "a file of a kind that Kennel doesn't know" }
  );
}

function isText(start: Buffer): boolean {
  return !/[\x00-\x08\x0e-\x1a]/.test(start.toString("latin1"));
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
