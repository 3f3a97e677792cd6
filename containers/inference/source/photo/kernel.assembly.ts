/** All that is compiled to WebAssembly, in one module. After a change: `npm run kernel -w containers/inference`. */
export { columns, rows } from "./resize.assembly";
export { markerAfterData } from "./jpeg/entropy.assembly";
export { decodeRow, startScan } from "./jpeg/scan.assembly";
export { blendRows, fullRow, greyRow, halvedRow, widenRow } from "./jpeg/rows.assembly";
