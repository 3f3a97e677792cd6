/** The little of WebAssembly's binary format that a module of plain functions takes: https://webassembly.github.io/spec/core/binary/ */

/** Bytes of code; nested lists are for readability. */
export type Code = number | readonly Code[];

export interface WasmFunction {
  readonly name: string;
  /** Number of parameters, each an i32. */
  readonly parameters: number;
  /** Number of further local variables, all i32; they come after the parameters. */
  readonly integers: number;
  /** Number of further local variables, all v128; they come last. */
  readonly vectors: number;
  readonly body: Code;
}

const i32 = 0x7f;
const v128 = 0x7b;
const functionType = 0x60;

/** A module that imports the memory `environment.memory` and exports its functions. */
export function wasmModule(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters }) => [
    functionType,
    vector(new Array<number>(parameters).fill(i32)),
    vector([]),
  ]);
  const memory = [name("environment"), name("memory"), 0x02, 0x00, unsigned(1)];
  const exported = functions.map((wasm, index) => [name(wasm.name), 0x00, unsigned(index)]);
  const code = functions.map(({ integers, vectors, body }) => {
    const locals = vector([
      [unsigned(integers), i32],
      [unsigned(vectors), v128],
    ]);
    return sized([locals, body, 0x0b]);
  });
  return Uint8Array.from(
    flat([
      [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
      section(1, types),
      section(2, [memory]),
      section(
        3,
        functions.map((_, index) => unsigned(index)),
      ),
      section(7, exported),
      section(10, code),
    ]),
  );
}

/** LEB128 of a non-negative integer. */
export function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

/** LEB128 of an integer that may be negative. */
export function signed(value: number): number[] {
  const low = value & 0x7f;
  const rest = value >> 7;
  const isLast = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
  return isLast ? [low] : [low | 0x80, ...signed(rest)];
}

function section(id: number, entries: readonly Code[]): Code {
  return [id, sized(vector(entries))];
}

function vector(entries: readonly Code[]): Code {
  return [unsigned(entries.length), entries];
}

function sized(code: Code): Code {
  const content = flat(code);
  return [unsigned(content.length), content];
}

function name(text: string): Code {
  return vector([...Buffer.from(text)]);
}

function flat(code: Code): number[] {
  return typeof code === "number" ? [code] : code.flatMap((part) => flat(part));
}
