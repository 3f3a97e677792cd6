/** The little of Protocol Buffers' wire format that writing a model takes: https://protobuf.dev/programming-guides/encoding/ */

export type Field = Buffer;

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}

/** A non-negative integer. */
export function integer(number: number, value: number): Field {
  return Buffer.concat([varint(number * 8), varint(value)]);
}

/** A string, bytes or an embedded message. */
export function bytes(number: number, value: string | Buffer): Field {
  const content = Buffer.from(value);
  return Buffer.concat([varint(number * 8 + 2), varint(content.length), content]);
}

/** An embedded message. */
export function message(number: number, fields: readonly Field[]): Field {
  return bytes(number, Buffer.concat(fields));
}
