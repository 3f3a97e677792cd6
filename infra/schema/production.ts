import { apart, readable, type Conflict } from "./conflict";
import { instanceCountOf, instanceTypeOf, type WrittenEndpoint } from "./endpoint";
import type { NotebookConfig } from "./notebook";
import { hasLocalStorage } from "../../packages/aws-facts/instance-types";

/** The parts of a stack's settings that production asks more of. */
export interface ProductionSettings {
  readonly endpoints: Readonly<Record<string, WrittenEndpoint>>;
  readonly notebook?: NotebookConfig | undefined;
  readonly data: { readonly kmsKeyArn?: string | undefined; readonly ownKey?: boolean | undefined };
}

/** With fewer, the cause of an incident is gone before somebody looks for it. */
const fewestLogDays = 30;

/** What `policies/config/prod.json` would refuse, said where it can be corrected: in the configuration. */
export function* productionConflicts(settings: ProductionSettings): Generator<Conflict> {
  for (const name of Object.keys(settings.endpoints)) {
    const path = ["endpoints", name];
    const endpoint = () => settings.endpoints[name]!;
    yield* apart(
      () => countConflict(path, endpoint()),
      () => logConflict(path, endpoint()),
      () => shadowConflict(path, endpoint()),
    );
  }
  yield* apart(() => keyConflict(settings));
}

function isCreated({ model, existing }: WrittenEndpoint): boolean {
  return model !== undefined && existing === undefined;
}

function* countConflict(path: readonly string[], endpoint: WrittenEndpoint): Generator<Conflict> {
  const { serving } = endpoint;
  if (!isCreated(endpoint) || serving.mode === "serverless") {
    return;
  }
  const value = instanceCountOf({ serving, scaling: endpoint.scaling });
  if (value < 2) {
    const reason =
      "leaves nothing to fail over to, and prod starts with 2 at least; set it, or scaling.minInstances, to 2";
    yield { path: [...path, "serving", "instanceCount"], value, reason };
  }
}

function* logConflict(path: readonly string[], endpoint: WrittenEndpoint): Generator<Conflict> {
  const days = endpoint.function?.logRetentionDays;
  if (days !== undefined && days < fewestLogDays) {
    const reason = `is too short to look into an incident; prod keeps logs for ${fewestLogDays} days at least`;
    yield { path: [...path, "function", "logRetentionDays"], value: days, reason };
  }
}

/** One key is for the disks of both variants, and SageMaker refuses it as soon as one has disks that the hardware encrypts. */
function* shadowConflict(path: readonly string[], endpoint: WrittenEndpoint): Generator<Conflict> {
  const { serving, shadow } = endpoint;
  if (serving.mode !== "realtime" || shadow?.instanceType === undefined) {
    return;
  }
  const own = instanceTypeOf({ serving, scaling: endpoint.scaling });
  const other = shadow.instanceType;
  if (hasLocalStorage(own) !== hasLocalStorage(other)) {
    const [local, keyless] = hasLocalStorage(own) ? [own, other] : [other, own];
    const reason = `goes with no ${own} in prod: ${local} has local disks, beside which SageMaker takes no KMS key for the disks of ${keyless}; take two types with local disks, or two without`;
    yield { path: [...path, "shadow", "instanceType"], value: other, reason };
  }
}

/** Whether an endpoint has disks that a key can be given for. */
function hasKeyedDisks(endpoint: WrittenEndpoint): boolean {
  const { serving, scaling } = endpoint;
  return (
    isCreated(endpoint) &&
    serving.mode !== "serverless" &&
    !hasLocalStorage(instanceTypeOf({ serving, scaling }))
  );
}

/** Disks of endpoints and notebooks hold models and data; with a key of one's own, access can be withdrawn and is recorded. */
function* keyConflict({ endpoints, notebook, data }: ProductionSettings): Generator<Conflict> {
  if (data.ownKey === true || data.kmsKeyArn !== undefined) {
    return;
  }
  const withDisks = Object.keys(endpoints)
    .filter((name) => readable(() => hasKeyedDisks(endpoints[name]!)))
    .map((name) => `the endpoint ${name}`);
  const users = notebook === undefined ? withDisks : [...withDisks, "the notebook"];
  if (users.length > 0) {
    const reason = `leaves the disks of ${users.join(", ")} without your own KMS key, which prod needs; set it to true, or set data.kmsKeyArn`;
    yield { path: ["data", "ownKey"], value: false, reason };
  }
}
