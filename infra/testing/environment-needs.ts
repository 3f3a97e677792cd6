import { hasLocalStorage } from "../../packages/aws-facts/instance-types";

type Section = Readonly<Record<string, unknown>>;

function section(value: unknown): Section | undefined {
  return value as Section | undefined;
}

/** At least two instances to start with, within the bounds of scaling. */
function withTwoInstances(endpoint: Section): Section {
  const serving = section(endpoint["serving"]) ?? { mode: "realtime" };
  const scaling = section(endpoint["scaling"]);
  if (serving["mode"] === "serverless" || endpoint["existing"] !== undefined) {
    return endpoint;
  }
  const atLeastTwo = (count: unknown): number => Math.max(2, Number(count ?? 2));
  return {
    ...endpoint,
    serving: {
      ...serving,
      instanceCount: atLeastTwo(serving["instanceCount"] ?? scaling?.["minInstances"]),
    },
    ...(scaling && { scaling: { ...scaling, maxInstances: atLeastTwo(scaling["maxInstances"]) } }),
  };
}

function withLongLogs(endpoint: Section): Section {
  const lambda = section(endpoint["function"]);
  const days = Math.max(30, Number(lambda?.["logRetentionDays"] ?? 30));
  return lambda === undefined
    ? endpoint
    : { ...endpoint, function: { ...lambda, logRetentionDays: days } };
}

/** A shadow on instances like the endpoint's, so that one key is for the disks of both. */
function withLikeShadow(endpoint: Section): Section {
  const serving = section(endpoint["serving"]);
  const { instanceType, ...shadow } = section(endpoint["shadow"]) ?? {};
  const own = String(serving?.["instanceType"] ?? "ml.m5.large");
  return instanceType === undefined ||
    hasLocalStorage(own) === hasLocalStorage(instanceType as string)
    ? endpoint
    : { ...endpoint, shadow };
}

/** What generated settings lack for the environment that they are generated for: prod asks for more than dev. */
export function withEnvironmentNeeds(raw: Section): Section {
  const environment = raw["environment"] ?? "dev";
  const notebook = section(raw["notebook"]);
  const network = { type: "vpc", subnetId: "subnet-0123456789abcdef0" };
  const inside = notebook && { notebook: { ...notebook, network } };
  if (environment !== "prod") {
    return environment === "dev" ? raw : { ...raw, ...inside };
  }
  const endpoints = Object.entries((raw["endpoints"] ?? {}) as Record<string, Section>);
  const data = section(raw["data"]);
  return {
    ...raw,
    ...inside,
    endpoints: Object.fromEntries(
      endpoints.map(([name, endpoint]) => [
        name,
        withLikeShadow(withLongLogs(withTwoInstances(endpoint))),
      ]),
    ),
    data: data?.["kmsKeyArn"] === undefined ? { ...data, ownKey: true } : data,
  };
}
