import { apart, at, readable, type Check, type Conflict } from "./conflict";
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
export function productionConflicts(settings: ProductionSettings): readonly Conflict[] {
  return apart(
    ...Object.keys(settings.endpoints).flatMap((name) =>
      endpointChecks(["endpoints", name], () => settings.endpoints[name]!),
    ),
    at(["data", "ownKey"], () => withoutKey(settings)),
  );
}

function endpointChecks(path: readonly string[], read: () => WrittenEndpoint): Check[] {
  return [
    at([...path, "serving", "instanceCount"], () => {
      const endpoint = read();
      const { serving, scaling } = endpoint;
      return (
        isCreated(endpoint) &&
        serving.mode !== "serverless" &&
        instanceCountOf({ serving, scaling }) < 2 &&
        "leaves nothing to fail over to, and prod starts with 2 at least; set it, or scaling.minInstances, to 2"
      );
    }),
    at(
      [...path, "function", "logRetentionDays"],
      () =>
        (read().function?.logRetentionDays ?? Infinity) < fewestLogDays &&
        `is too short to look into an incident; prod keeps logs for ${fewestLogDays} days at least`,
    ),
    at([...path, "shadow", "instanceType"], () => unlikeShadow(read())),
  ];
}

function isCreated({ model, existing }: WrittenEndpoint): boolean {
  return model !== undefined && existing === undefined;
}

/** One key is for the disks of both variants, and SageMaker refuses it as soon as one has disks that the hardware encrypts. */
function unlikeShadow({ serving, shadow, scaling }: WrittenEndpoint): string | undefined {
  if (serving.mode !== "realtime" || shadow?.instanceType === undefined) {
    return undefined;
  }
  const own = instanceTypeOf({ serving, scaling });
  const other = shadow.instanceType;
  const [local, keyless] = hasLocalStorage(own) ? [own, other] : [other, own];
  return hasLocalStorage(own) === hasLocalStorage(other)
    ? undefined
    : `goes with no ${own} in prod: ${local} has local disks, beside which SageMaker takes no KMS key for the disks of ${keyless}; take two types with local disks, or two without`;
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
function withoutKey({ endpoints, notebook, data }: ProductionSettings): string | false {
  if (data.ownKey === true || data.kmsKeyArn !== undefined) {
    return false;
  }
  const withDisks = Object.keys(endpoints)
    .filter((name) => readable(() => hasKeyedDisks(endpoints[name]!)))
    .map((name) => `the endpoint ${name}`);
  const users = notebook === undefined ? withDisks : [...withDisks, "the notebook"];
  return (
    users.length > 0 &&
    `leaves the disks of ${users.join(", ")} without your own KMS key, which prod needs; set it to true, or set data.kmsKeyArn`
  );
}
