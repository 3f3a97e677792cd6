import assert from "node:assert/strict";
import { orientationOf } from "./exif";

interface Entry {
  readonly tag?: number;
  readonly type?: number;
  readonly count?: number;
  readonly value: number;
}

/** An EXIF segment with one directory. */
function segment(entries: readonly Entry[], isLittleEndian = true): DataView {
  const view = new DataView(new ArrayBuffer(6 + 8 + 2 + entries.length * 12 + 4));
  [..."Exif\0\0"].forEach((character, index) => view.setUint8(index, character.charCodeAt(0)));
  view.setUint16(6, isLittleEndian ? 0x4949 : 0x4d4d);
  view.setUint16(8, 42, isLittleEndian);
  view.setUint32(10, 8, isLittleEndian);
  view.setUint16(14, entries.length, isLittleEndian);
  entries.forEach(({ tag = 0x0112, type = 3, count = 1, value }, index) => {
    const at = 16 + index * 12;
    view.setUint16(at, tag, isLittleEndian);
    view.setUint16(at + 2, type, isLittleEndian);
    view.setUint32(at + 4, count, isLittleEndian);
    view.setUint16(at + 8, value, isLittleEndian);
  });
  return view;
}

describe("orientationOf", () => {
  it("reads both byte orders, wherever the entry is", () => {
    const other = { tag: 0x010f, type: 2, count: 6, value: 8 };
    for (const isLittleEndian of [true, false]) {
      assert.equal(orientationOf(segment([other, { value: 6 }], isLittleEndian)), 6);
    }
  });

  it("takes a photo of which nothing is said as upright", () => {
    assert.equal(orientationOf(segment([])), 1);
  });

  it("does not guess where the segment is damaged", () => {
    const damaged: Record<string, DataView> = {
      "an orientation that does not exist": segment([{ value: 9 }]),
      "another type": segment([{ value: 6, type: 4 }]),
      "two values": segment([{ value: 6, count: 2 }]),
      "more entries than there is room for": segment([{ value: 6 }]),
      "a directory outside": segment([{ value: 6 }]),
      "another byte order": segment([{ value: 6 }]),
      "another number than 42": segment([{ value: 6 }]),
      "nothing but its name": new DataView(segment([]).buffer, 0, 6),
    };
    damaged["more entries than there is room for"]!.setUint16(14, 400, true);
    damaged["a directory outside"]!.setUint32(10, 4000, true);
    damaged["another byte order"]!.setUint16(6, 0x4141);
    damaged["another number than 42"]!.setUint16(8, 43, true);
    for (const [name, view] of Object.entries(damaged)) {
      assert.equal(orientationOf(view), undefined, name);
    }
  });
});
