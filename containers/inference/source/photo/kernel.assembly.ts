/** All that is compiled to WebAssembly. After a change: `npm run kernel -w containers/inference`. */
export { columns, rows } from "./resize.assembly";
