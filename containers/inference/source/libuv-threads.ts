import { availableParallelism } from "node:os";

// sharp decodes on libuv's thread pool, whose size is read when it is first used: this module must be the program's first import.
process.env.UV_THREADPOOL_SIZE ??= String(Math.max(4, availableParallelism() * 2));
