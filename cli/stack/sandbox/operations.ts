import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";

import { resolveIdentity } from "../../../infra/offline/aws-identities";
import { type AwsAccount, kinds } from "../../../infra/offline/aws-resource-kinds";
import { replacedBy } from "../../../infra/offline/replacement";
import { mappings } from "../../../infra/offline/service-models/mappings";
import type {
  Properties,
  RequestMapping,
  TypeMapping,
} from "../../../infra/offline/service-models/request-mapping";
import {
  type AwsRequest,
  requestsOf,
  sentProperties,
} from "../../../infra/offline/service-models/resource-requests";
import { partitionOf } from "../../../packages/aws-facts/partitions";
import { OFFLINE_ACCOUNT } from "../../offline-account";
import { type AwsAnswer, AwsCallError, callAws } from "./call-aws";
import type { Lifecycle, LifecycleRequest } from "./lifecycle";
import { lifecycles } from "./lifecycles";

/** What a request needs to know of a resource that exists. */
export interface Existing {
  /** The provider's id. */
  readonly id: string;
  /** Inputs and what AWS has added, named as Pulumi names them. */
  readonly outputs: Properties;
}

/** What an operation leaves: what there is, and the inputs that AWS did not take over. */
export interface Operated extends Existing {
  readonly overridden: Properties;
}

const POLL_MILLISECONDS = 300;

/** What the provider does in AWS with one resource. */
export class Operations {
  private readonly account: AwsAccount;

  constructor(
    region: string,
    private readonly defaultTags: () => Readonly<Record<string, string>>,
  ) {
    const partition = partitionOf(region)?.id ?? "aws";
    this.account = { accountId: OFFLINE_ACCOUNT, region, partition };
  }

  private call(request: AwsRequest): Promise<AwsAnswer> {
    return callAws(this.account.region, request);
  }

  /** @param inputs as they are sent */
  async create(type: string, name: string, inputs: Properties): Promise<Operated> {
    const mapping = mappingOf(type);
    const { notAtCreation, fills } = lifecycleOf(type);
    const requests = mapping.requests.filter(({ operation }) => operation !== notAtCreation);
    const filled = fills && { [fills]: `kennel-${randomBytes(6).toString("hex")}` };
    const named = { ...inputs, ...nameOf(type, name, inputs) };
    const adds = (request: RequestMapping): RequestMapping => ({
      ...request,
      adds: (properties, account) => ({ ...request.adds?.(properties, account), ...filled }),
    });
    return this.send(type, name, named, { ...mapping, requests: requests.map(adds) });
  }

  /** @param changed the properties that differ */
  async update(
    type: string,
    name: string,
    former: Existing,
    inputs: Properties,
    changed: readonly string[],
  ): Promise<Operated> {
    const mapping = mappingOf(type);
    const needed = updatesOf(type).filter(
      ({ takes, leaves = [] }) =>
        takes?.some((property) => changed.includes(property)) ??
        changed.some((property) => !leaves.includes(property)),
    );
    const namedBy = kinds[type]?.namedBy;
    // The name that the provider once made, and ids, are not inputs.
    const kept = [namedBy ?? "", ...needed.flatMap(({ takes = [] }) => takes)];
    const known = Object.fromEntries(
      Object.entries(former.outputs).filter(([property]) => kept.includes(property)),
    );
    return this.send(type, name, { ...known, ...inputs }, { ...mapping, requests: needed }, former);
  }

  /** What there would be: nothing is sent. */
  record(type: string, name: string, inputs: Properties): Operated {
    const { id, computed, generatedName } = resolveIdentity(this.account, type, name, inputs);
    return { id, outputs: { ...computed, ...generatedName, ...inputs }, overridden: {} };
  }

  /** Deletes what there is; what is already gone is not an error. */
  async delete(type: string, existing: Existing): Promise<void> {
    for (const request of requestsAbout(this.account, type, existing, lifecycleOf(type).deletes)) {
      if (request.operation === "DeleteBucket") {
        await this.empty(existing.id);
      }
      await this.unlessGone(request);
    }
  }

  /** What is different in AWS from `existing`, in a sentence; undefined where nothing is, or it is not asked. */
  async drift(type: string, existing: Existing, inputs: Properties): Promise<string | undefined> {
    const { checks, finds = () => ({}) } = lifecycleOf(type);
    const [check] = requestsAbout(this.account, type, existing, checks);
    if (check === undefined) {
      return undefined;
    }
    const answer = await this.unlessGone(check);
    const found = answer && finds(answer);
    if (found === undefined) {
      return "was deleted";
    }
    const different = Object.entries(found).filter(
      ([property, value]) => JSON.stringify(inputs[property]) !== JSON.stringify(value),
    );
    const sentences = different.map(
      ([property, value]) =>
        `${property} is ${JSON.stringify(value)} and not ${JSON.stringify(inputs[property])}`,
    );
    return sentences.join(", ") || undefined;
  }

  /** Undefined where AWS says that what the request is about is not there. */
  private async unlessGone(request: AwsRequest): Promise<AwsAnswer | undefined> {
    try {
      return await this.call(request);
    } catch (error) {
      if (error instanceof AwsCallError && isGone(error)) {
        return undefined;
      }
      throw error;
    }
  }

  private async send(
    type: string,
    name: string,
    inputs: Properties,
    mapping: TypeMapping,
    former?: Existing,
  ): Promise<Operated> {
    const { account, defaultTags } = this;
    const properties = sentProperties({ type, name, inputs }, mapping, defaultTags(), account);
    let answer: AwsAnswer = {};
    for (const { request } of requestsOf(mapping, properties, account)) {
      answer = { ...answer, ...(await this.sendOne(request, former === undefined)) };
    }
    const identity = resolveIdentity(account, type, name, inputs);
    const { id = former?.id ?? identity.id, ...read } = lifecycleOf(type).reads?.(answer) ?? {};
    const computed = former?.outputs ?? identity.computed;
    const outputs = { ...computed, ...identity.generatedName, ...inputs, ...withoutUnknown(read) };
    return this.settle(type, { id: String(id), outputs }, former === undefined);
  }

  /** The account's names are this program's own: what an interrupted creation has left is taken over. */
  private async sendOne(request: AwsRequest, isCreation: boolean): Promise<AwsAnswer> {
    try {
      return await this.call(request);
    } catch (error) {
      if (isCreation && error instanceof AwsCallError && isThereAlready(error)) {
        return {};
      }
      throw error;
    }
  }

  private async settle(type: string, existing: Existing, isCreation: boolean): Promise<Operated> {
    const { settles, checks, finds } = lifecycleOf(type);
    const [check] = requestsAbout(this.account, type, existing, checks);
    if (settles === undefined || check === undefined) {
      return { ...existing, overridden: {} };
    }
    for (;;) {
      const answer = await this.call(check);
      if (!settles.isBusy(answer)) {
        const failure = settles.failure(answer);
        if (isCreation && failure !== undefined) {
          throw new Error(`${existing.id} could not be created: ${failure}`);
        }
        const overridden = finds?.(answer) ?? {};
        return { ...existing, outputs: { ...existing.outputs, ...overridden }, overridden };
      }
      await pause(POLL_MILLISECONDS);
    }
  }

  /** As `forceDestroy` does. */
  private async empty(bucket: string): Promise<void> {
    for (;;) {
      const { Versions = [], DeleteMarkers = [] } = await this.call({
        service: "s3",
        operation: "ListObjectVersions",
        request: { Bucket: bucket },
      });
      const found = [...(Versions as AwsAnswer[]), ...(DeleteMarkers as AwsAnswer[])];
      if (found.length === 0) {
        return;
      }
      const Objects = found.map(({ Key, VersionId }) => ({ Key, VersionId }));
      const request = { Bucket: bucket, Delete: { Objects, Quiet: true } };
      await this.call({ service: "s3", operation: "DeleteObjects", request });
    }
  }
}

/** Whether AWS has requests for a type, so that it is not only recorded. */
export function isInAws(type: string): boolean {
  return lifecycles[type] !== undefined && mappings[type] !== undefined;
}

/** Whether a change of the properties `changed` needs another resource. */
export function isReplacement(
  type: string,
  changed: readonly string[],
  former: Properties,
  next: Properties,
): boolean {
  return (
    lifecycleOf(type).updates === undefined ||
    changed.some((property) => replacedBy(type, property, former, next))
  );
}

/** The name that the provider makes where the program gives none: another one each time. */
function nameOf(type: string, name: string, inputs: Properties): Properties {
  const namedBy = kinds[type]?.namedBy;
  if (namedBy === undefined || inputs[namedBy] !== undefined) {
    return {};
  }
  const { namePrefix } = inputs;
  return {
    [namedBy]:
      typeof namePrefix === "string"
        ? `${namePrefix}${Date.now().toString().padStart(18, "0")}${randomBytes(4).toString("hex")}`
        : `${name}-${randomBytes(4).toString("hex").slice(0, 7)}`,
  };
}

function withoutUnknown(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}

function lifecycleOf(type: string): Lifecycle {
  return lifecycles[type] ?? {};
}

function mappingOf(type: string): TypeMapping {
  return mappings[type]!;
}

function updatesOf(type: string): readonly RequestMapping[] {
  const { updates = [] } = lifecycleOf(type);
  return updates === "again"
    ? mappingOf(type).requests
    : updates.map((update) => mapped(type, update));
}

/** Requests about what exists. */
export function requestsAbout(
  account: AwsAccount,
  type: string,
  { id, outputs }: Existing,
  wanted: LifecycleRequest | readonly LifecycleRequest[] = [],
): AwsRequest[] {
  const mapping = { requests: [wanted].flat().map((each) => mapped(type, each)) };
  return requestsOf(mapping, { ...outputs, id }, account).map(({ request }) => request);
}

/** A request whose members are named as those of the requests that create the type; one of them is sent as it is. */
function mapped(type: string, request: LifecycleRequest): RequestMapping {
  const { requests } = mappingOf(type);
  if (typeof request !== "string") {
    const { id } = lifecycleOf(type);
    const known = [...requests.map(({ names }) => names), id && { id }, request.names];
    const names = Object.assign({}, ...known) as NonNullable<RequestMapping["names"]>;
    return { service: requests[0]!.service, ...request, names };
  }
  return (
    requests.find(({ operation }) => operation === request) ?? mapped(type, { operation: request })
  );
}

function isGone({ code, message }: AwsCallError): boolean {
  return (
    /NotFound|NoSuch|NotExist|NonExistent|^404$/i.test(code) ||
    /could not find|does not exist|not found/i.test(message)
  );
}

function isThereAlready({ code, message }: AwsCallError): boolean {
  return (
    /AlreadyExists|AlreadyOwnedByYou|InUse|Duplicate|Conflict/i.test(code) ||
    /already exist/i.test(message)
  );
}
