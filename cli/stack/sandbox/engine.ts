import { isDeepStrictEqual } from "node:util";

import type { Registration } from "../../../infra/offline/registrations";
import { deletedBeforeReplacedBy } from "../../../infra/offline/replacement";
import type { Properties } from "../../../infra/offline/service-models/request-mapping";
import { AwsCallError } from "./call-aws";
import { sendable, storable } from "./files";
import { isInAws, isReplacement, type Operations } from "./operations";
import type { ResourceState, StateStore } from "./state";
import { changeLine, differences } from "../stack";

/**
 * Creates, changes, replaces and deletes, as Pulumi's engine does with the AWS provider: what is replaced goes last, what is
 * retained stays in AWS, and the state knows of each request that was answered.
 */
export class StackEngine {
  private readonly registered = new Set<string>();
  private readonly underWay = new Set<Promise<unknown>>();
  private isStopping = false;

  constructor(
    private readonly store: StateStore,
    private readonly operations: Operations,
    private readonly tell: (line: string) => void,
    private readonly onFailure: (error: Error) => void,
  ) {}

  /** Makes one resource what the program wants; never answers once something has failed or {@link stop} was called. */
  async register(registration: Registration): Promise<ResourceState> {
    if (this.isStopping) {
      return never();
    }
    this.registered.add(registration.urn);
    const work = this.make(registration);
    this.underWay.add(work);
    try {
      const state = await work;
      return this.isStopping ? await never() : state;
    } catch (error) {
      this.isStopping = true;
      const { type, name } = registration;
      this.onFailure(new Error(`${type} ${name}: ${(error as Error).message}`, { cause: error }));
      return never();
    } finally {
      this.underWay.delete(work);
    }
  }

  /** Starts nothing more; resolves when what is under way is done. */
  async stop(): Promise<void> {
    this.isStopping = true;
    await Promise.allSettled(this.underWay);
  }

  /** Deletes what was replaced, and what the program no longer wants. */
  async finish(): Promise<void> {
    const { state } = this.store;
    const unwanted = state.resources.filter(({ urn }) => !this.registered.has(urn));
    const deleted = new Set(unwanted.map(({ urn }) => urn));
    for (const resource of [...state.replaced, ...unwanted].reverse()) {
      if (this.isStopping) {
        break;
      }
      const goesWithAnother = deleted.has(resource.deletedWith) && deleted.has(resource.urn);
      if (!resource.retainOnDelete && !goesWithAnother) {
        await this.delete(resource);
      }
      state.replaced = state.replaced.filter((each) => each !== resource);
      state.resources = state.resources.filter((each) => each !== resource);
      await this.store.save();
    }
  }

  private async make(registration: Registration): Promise<ResourceState> {
    const { urn, type } = registration;
    const former = this.store.state.resources.find((resource) => resource.urn === urn);
    const inputs = ignoring(registration, former);
    const wanted = storable(inputs);
    const changed = former === undefined ? [] : differences(former.inputs, wanted);
    if (former !== undefined && changed.length === 0) {
      return this.keep(registration, former);
    }
    if (former === undefined) {
      return this.operate("create", registration, inputs);
    }
    if (!isReplacement(type, changed, former.inputs, wanted)) {
      return this.operate("update", registration, inputs, former, changed);
    }
    if (deletedBeforeReplacedBy(type, former.inputs, wanted)) {
      await this.delete(former);
    } else {
      this.store.state.replaced.push(former);
    }
    return this.operate("replace", registration, inputs);
  }

  private async operate(
    operation: "create" | "update" | "replace",
    registration: Registration,
    inputs: Properties,
    former?: ResourceState,
    changed: readonly string[] = [],
  ): Promise<ResourceState> {
    const { urn, type, name } = registration;
    const { retainOnDelete, deletedWith } = registration.options;
    const sent = sendable(inputs);
    let operated;
    try {
      operated =
        former === undefined
          ? await this.operations.create(type, name, sent)
          : await this.operations.update(type, name, former, sent, changed);
    } catch (error) {
      if (!(error instanceof AwsCallError && error.isUnknownOperation)) {
        throw error;
      }
      this.tell(`the sandbox can't make ${type} ${name}: it is recorded in the state only.`);
      operated = this.operations.record(type, name, sent);
    }
    const { id, outputs, overridden } = operated;
    const state: ResourceState = {
      ...{ urn, type, name, id, retainOnDelete, deletedWith },
      inputs: { ...storable(inputs), ...overridden },
      outputs: storable(outputs),
    };
    const { resources } = this.store.state;
    const index = resources.findIndex((resource) => resource.urn === urn);
    resources.splice(index < 0 ? resources.length : index, 1, state);
    this.tell(changeLine(`${operation}d`, type, name));
    await this.store.save();
    return state;
  }

  /** Options may change without a request. */
  private async keep(registration: Registration, former: ResourceState): Promise<ResourceState> {
    const { retainOnDelete, deletedWith } = registration.options;
    const kept = { ...former, retainOnDelete, deletedWith };
    if (!isDeepStrictEqual(kept, former)) {
      const { resources } = this.store.state;
      resources.splice(resources.indexOf(former), 1, kept);
      await this.store.save();
    }
    return kept;
  }

  private async delete(resource: ResourceState): Promise<void> {
    if (isInAws(resource.type)) {
      await this.operations.delete(resource.type, resource);
    }
    this.tell(changeLine("deleted", resource.type, resource.name));
  }
}

/** What the program waits for when it is to go no further. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}

/** Inputs with the former values of those whose changes are ignored. */
function ignoring({ inputs, options }: Registration, former?: ResourceState): Properties {
  if (former === undefined) {
    return inputs;
  }
  const ignored = options.ignoreChanges.filter((property) => property in former.inputs);
  const kept = Object.fromEntries(ignored.map((property) => [property, former.inputs[property]]));
  return { ...inputs, ...kept };
}
