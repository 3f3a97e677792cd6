import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { satisfies } from "semver";

import { engines } from "../../package.json";
import { checkAccount, type Demand } from "./check-account";
import { demandOf } from "./demand";

const QUOTAS = [
  { QuotaName: "ml.c5.large for endpoint usage", Value: 4 },
  { QuotaName: "ml.g5.xlarge for endpoint usage", Value: 0 },
];

/** The three services on one port: they differ by path and header. */
function answer(path: string, target: string | undefined, concurrency: number): string {
  if (path.includes("account-settings")) {
    return JSON.stringify({ AccountLimit: { ConcurrentExecutions: concurrency } });
  }
  if (target?.includes("ListServiceQuotas") === true) {
    return JSON.stringify({ Quotas: QUOTAS });
  }
  const who = "<Arn>arn:aws:iam::123456789012:user/ann</Arn><Account>123456789012</Account>";
  return `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>${who}</GetCallerIdentityResult></GetCallerIdentityResponse>`;
}

describe("kennel doctor", () => {
  let server: Server;
  let concurrency = 1000;
  const environment = { ...process.env };

  before(async () => {
    server = createServer((request, response) => {
      request.resume().on("end", () => {
        const target = request.headers["x-amz-target"];
        response.end(answer(request.url ?? "", String(target ?? ""), concurrency));
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    process.env["AWS_ENDPOINT_URL"] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    process.env["AWS_ACCESS_KEY_ID"] = "test";
    process.env["AWS_SECRET_ACCESS_KEY"] = "test";
  });
  after(() => {
    server.close();
    process.env = environment;
  });

  const examine = async (demand: Partial<Demand>): Promise<Record<string, string>> => {
    const whole = { region: "us-east-1", instances: new Map(), reservedConcurrency: 0, ...demand };
    const checks = await checkAccount(whole);
    return Object.fromEntries(checks.map(({ name, status }) => [name, status]));
  };

  it("says who calls, and holds a stack against the account's quotas", async () => {
    const instances = new Map([
      ["ml.c5.large", 4],
      ["ml.g5.xlarge", 1],
      ["ml.x1.large", 1],
    ]);
    assert.deepEqual(await examine({ instances, reservedConcurrency: 100 }), {
      "AWS credentials": "ok",
      "Lambda concurrency": "ok",
      "ml.c5.large for endpoints": "ok",
      "ml.g5.xlarge for endpoints": "missing",
      "ml.x1.large for endpoints": "note",
    });
  });

  it("knows that a new account has too little concurrency to reserve any", async () => {
    concurrency = 10;
    const reserving = await examine({ reservedConcurrency: 5 });
    assert.equal(reserving["Lambda concurrency"], "missing");
    assert.equal((await examine({}))["Lambda concurrency"], "ok");
  });

  it("adds up what an evaluated stack may use", () => {
    const resource = (type: string, inputs: Record<string, unknown>, name = "main") =>
      ({ type, name, inputs }) as unknown as Parameters<typeof demandOf>[0][number];
    const variant = { instanceType: "ml.c5.large", initialInstanceCount: 1 };
    const CONFIGURATION = "aws:sagemaker/endpointConfiguration:EndpointConfiguration";
    const demand = demandOf(
      [
        resource(CONFIGURATION, { productionVariants: [variant] }),
        resource(CONFIGURATION, { productionVariants: [variant] }, "second"),
        resource("aws:appautoscaling/target:Target", { maxCapacity: 5 }),
        resource("aws:lambda/function:Function", { reservedConcurrentExecutions: 100 }),
        resource("aws:lambda/function:Function", { reservedConcurrentExecutions: -1 }),
      ],
      "us-east-1",
    );
    assert.deepEqual([...demand.instances], [["ml.c5.large", 6]]);
    assert.equal(demand.reservedConcurrency, 100);
  });

  it("supports the versions of Node.js that dependencies ask for", () => {
    const inRange = (version: string) => satisfies(version, engines.node);
    assert.deepEqual(["v22.13.0", "v22.20.1", "v24.0.0", "v26.1.0"].filter(inRange).length, 4);
    assert.deepEqual(["v20.20.2", "v22.9.0", "v23.11.0"].filter(inRange), []);
  });
});
