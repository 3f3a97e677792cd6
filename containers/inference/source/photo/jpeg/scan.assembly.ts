/**
 * Decodes the one scan of a baseline JPEG file, a row of MCUs (minimum coded units: the blocks of all components that belong together) at a time, in
 * AssemblyScript. Pixels are made only of the MCUs that are wanted; the others are read past. scan.ts lays out the memory.
 */
import { isSound, openData, readBlock, skipBlock, takeRestart } from "./entropy.assembly";
import { fillBlock, transformBlock } from "./inverse-transform.assembly";

/** Int32Array [9], as scan.ts writes it. */
@unmanaged
class Component {
  /** Blocks in an MCU, across and down. */
  across: i32;
  down: i32;
  dcTable: u32;
  acTable: u32;
  /** int16 [8, 8] */
  quantisation: u32;
  /** Pixels of the wanted MCUs, uint8 [rows, stride]: a ring of two rows of MCUs. */
  plane: u32;
  stride: i32;
  /** Rows of the plane less one; rows are a power of two. */
  rowMask: i32;
  /** The block before's first coefficient. */
  previous: i32;
}

let components: usize = 0;
let componentCount: i32 = 0;
let order: usize = 0;
let block: usize = 0;
/** MCUs in a row, and of them the wanted ones. */
let width: i32 = 0;
let firstWanted: i32 = 0;
let endWanted: i32 = 0;
/** MCUs between restart markers, those left until the next, and its number. */
let interval: i32 = 0;
let untilRestart: i32 = 0;
let restartNumber: i32 = 0;
/** Row of MCUs that comes next. */
let row: i32 = 0;

/**
 * @param listed {@link Component} [count]
 * @param places bytes [64]: as in readBlock
 * @param scratch int16 [8, 8], aligned to 16 bytes
 * @param restartInterval MCUs; 0 where there are no restart markers
 */
export function startScan(
  from: usize,
  until: usize,
  listed: usize,
  count: i32,
  places: usize,
  scratch: usize,
  across: i32,
  first: i32,
  afterLast: i32,
  restartInterval: i32,
): void {
  openData(from, until);
  components = listed;
  componentCount = count;
  order = places;
  block = scratch;
  width = across;
  firstWanted = first;
  endWanted = afterLast;
  interval = restartInterval;
  untilRestart = restartInterval;
  restartNumber = 0;
  row = 0;
}

/**
 * Decodes the next row of MCUs.
 * @param isWanted whether pixels are made of it
 * @returns false if the data is damaged
 */
export function decodeRow(isWanted: bool): bool {
  for (let mcu = 0; mcu < width; mcu += 1) {
    if (interval !== 0) {
      if (untilRestart === 0 && !restart()) return false;
      untilRestart -= 1;
    }
    if (isWanted && mcu >= firstWanted && mcu < endWanted) decodeUnit(mcu - firstWanted);
    else skipUnit();
  }
  row += 1;
  return isSound();
}

function restart(): bool {
  if (!takeRestart(restartNumber)) return false;
  restartNumber = (restartNumber + 1) & 7;
  untilRestart = interval;
  for (let index = 0; index < componentCount; index += 1) {
    componentAt(index).previous = 0;
  }
  return true;
}

function componentAt(index: i32): Component {
  return changetype<Component>(components + usize(index) * offsetof<Component>());
}

function decodeUnit(place: i32): void {
  for (let index = 0; index < componentCount; index += 1) {
    const component = componentAt(index);
    const dcTable: usize = component.dcTable;
    const acTable: usize = component.acTable;
    const quantisation: usize = component.quantisation;
    const stride = component.stride;
    for (let y = 0; y < component.down; y += 1) {
      const planeRow = ((row * component.down + y) << 3) & component.rowMask;
      let output: usize = component.plane + planeRow * stride + ((place * component.across) << 3);
      for (let x = 0; x < component.across; x += 1) {
        const found = readBlock(dcTable, acTable, order, block, component.previous);
        component.previous = found >> 1;
        if (found & 1) {
          transformBlock(block, quantisation, output, stride);
          memory.fill(block, 0, 128);
        } else fillBlock(found >> 1, quantisation, output, stride);
        output += 8;
      }
    }
  }
}

function skipUnit(): void {
  for (let index = 0; index < componentCount; index += 1) {
    const component = componentAt(index);
    const dcTable: usize = component.dcTable;
    const acTable: usize = component.acTable;
    let previous = component.previous;
    for (let count = component.across * component.down; count > 0; count -= 1) {
      previous = skipBlock(dcTable, acTable, previous);
    }
    component.previous = previous;
  }
}
