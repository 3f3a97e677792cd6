/** Variables that native libraries read when they are loaded: this module must be the program's first import. */
import { availableParallelism } from "node:os";

// ONNX Runtime reports to its maker otherwise: https://github.com/microsoft/onnxruntime/blob/main/docs/Privacy.md
process.env.ORT_DISABLE_TELEMETRY = "1";
// sharp decodes on libuv's thread pool.
process.env.UV_THREADPOOL_SIZE ??= String(Math.max(4, availableParallelism() * 2));
