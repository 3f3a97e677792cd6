// A Lambda execution environment: `node environment.mjs HANDLER`, in the folder of the function's code.
// Its first line says on which port it takes events, one POST each.
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { json } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

const [file, name] = process.argv[2].split(/\.(?=[^.]+$)/);
const code = ["mjs", "js", "cjs"].map((each) => path.resolve(`${file}.${each}`)).find(existsSync);

const describe = ({ name: errorType, message: errorMessage, stack }) => ({
  errorType: errorType ?? "Error",
  errorMessage: errorMessage ?? "",
  trace: String(stack).split("\n"),
});

async function load() {
  if (code === undefined) {
    throw Object.assign(new Error(`Error: Cannot find module '${file}'`), {
      name: "Runtime.ImportModuleError",
    });
  }
  const { [name]: handler } = await import(pathToFileURL(code).href);
  if (typeof handler !== "function") {
    throw Object.assign(new Error(`${process.argv[2]} is undefined or not exported`), {
      name: "Runtime.HandlerNotFound",
    });
  }
  return handler;
}

// Lambda reports what goes wrong here with the first event.
const loaded = load().catch((error) => () => {
  throw error;
});

const call = (handler, event, context) =>
  new Promise((resolve, reject) => {
    const answer = handler(event, context, (error, value) =>
      error ? reject(error) : resolve(value),
    );
    if (answer !== undefined || handler.length < 3) {
      resolve(answer);
    }
  });

const server = createServer(async (request, response) => {
  const { "x-request-id": awsRequestId, "x-deadline": deadline, "x-arn": arn } = request.headers;
  const context = {
    awsRequestId,
    invokedFunctionArn: arn,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Number(deadline) - Date.now(),
  };
  try {
    const event = await json(request);
    const answer = await call(await loaded, event, context);
    response.end(JSON.stringify(answer ?? null));
  } catch (error) {
    console.error(error);
    response.writeHead(500).end(JSON.stringify(describe(error)));
  }
});

await loaded;
server.listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify({ kennelPort: server.address().port }));
});
