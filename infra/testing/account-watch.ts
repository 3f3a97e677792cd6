import assert from "node:assert/strict";
import { endpointNameStem } from "../names";
import type { Engine, EngineAnswer } from "./engine";
import { buildType } from "./stand-in-registry";
import type { Sample, StandInSageMaker } from "./stand-in-sagemaker";
import { succeed } from "./use-engine";

/** Instances by endpoint, or by what the names of endpoints that take each other's place have in common. */
type Fleets = ReadonlyMap<string, number>;

function families(fleets: Fleets): Map<string, number> {
  const added = new Map<string, number>();
  for (const [name, count] of fleets) {
    const family = endpointNameStem(name) ?? name;
    added.set(family, (added.get(family) ?? 0) + count);
  }
  return added;
}

/** Instances that take requests now, by endpoint. */
export function running({ endpoints }: StandInSageMaker): Fleets {
  const serving = [...endpoints.values()].filter(({ status }) =>
    ["InService", "Updating"].includes(status),
  );
  return new Map(
    serving.map(({ name, fleet }) => [
      name,
      [...fleet.instances.values()].reduce((sum, count) => sum + count, 0),
    ]),
  );
}

/**
 * The fewest instances that took requests at any moment, by family of endpoints.
 *
 * @param before {@link running} at the beginning
 * @param samples what has changed since, in order
 */
export function fewest(before: Fleets, samples: readonly Sample[]): Fleets {
  const now = new Map(before);
  const lowest = families(now);
  for (const { endpointName, running: count } of samples) {
    now.set(endpointName, count);
    for (const [family, sum] of families(now)) {
      lowest.set(family, Math.min(sum, lowest.get(family) ?? sum));
    }
  }
  return lowest;
}

/** A stack's account, and what must never happen in it. */
export class AccountWatch {
  /** What the stack leaves behind when it no longer needs it. */
  private readonly kept = new Set<string>();

  constructor(private readonly engine: Engine) {}

  /**
   * Runs an update that must succeed, and the hour after it.
   *
   * @returns what was pushed, by repository
   * @throws AssertionError where a fleet has shrunk, an image is gone or pushed again, or the state says what is not so
   */
  async update(command: () => Promise<EngineAnswer>): Promise<string[]> {
    const { sageMaker, registry } = this.engine.provider;
    const before = running(sageMaker);
    const pushed = registry.pushes.length;
    sageMaker.samples.splice(0);
    await succeed(command());
    sageMaker.advance(3600);
    this.compareFleets(before);
    this.pullImages();
    await this.compareState();
    return registry.pushes.slice(pushed).map((push) => /\/(.+):/.exec(push)![1]!);
  }

  /** What is left of the stack, by type; what went with a bucket or a repository is not. */
  left(): Set<string> {
    const { existing, registry } = this.engine.provider;
    const isBucket = ([key]: readonly [string, unknown]) => typeOf(key) === "aws:s3/bucket:Bucket";
    const buckets = new Set([...existing].filter(isBucket).map(([, { bucket }]) => bucket));
    const there = [...existing].filter(([key, state]) => {
      const type = typeOf(key);
      return type === "aws:s3/bucketObjectv2:BucketObjectv2"
        ? buckets.has(state["bucket"])
        : type !== buildType || registry.has(String(state["ref"]).replace(/:[^:@]+@/, "@"));
    });
    return new Set(there.map(([key]) => typeOf(key)));
  }

  private compareFleets(before: Fleets): void {
    const { sageMaker } = this.engine.provider;
    const maxima = families(
      new Map([...sageMaker.bounds].map(([id, bounds]) => [id.split("/")[1]!, bounds.maxCapacity])),
    );
    const lowest = fewest(before, sageMaker.samples);
    for (const [family, count] of families(before)) {
      const least = Math.min(count, maxima.get(family) ?? Infinity);
      assert.ok(
        lowest.get(family)! >= least,
        `${family}: ${count} before, ${lowest.get(family)} then`,
      );
    }
  }

  /** Every model, one that is kept for a rollback included, can pull its image; no tag was pushed twice. */
  private pullImages(): void {
    const { existing, registry } = this.engine.provider;
    for (const [key, state] of existing) {
      if (typeOf(key) === "aws:sagemaker/model:Model") {
        const { image } = state["primaryContainer"] as { image: string };
        assert.ok(registry.has(image), `${image} of ${key} can't be pulled`);
      }
    }
    assert.equal(new Set(registry.pushes).size, registry.pushes.length, `${registry.pushes}`);
  }

  /** What the state has exists, what exists is in the state or is kept, and endpoints serve what the state says. */
  private async compareState(): Promise<void> {
    const { existing, sageMaker } = this.engine.provider;
    const stated = new Set<string>();
    for (const resource of await this.engine.state()) {
      const key = `${resource.urn} ${resource.id}`;
      stated.add(key);
      assert.ok(existing.has(key), `${key} is in the state only`);
      assert.notEqual(resource.delete, true, `${key} waits for its deletion`);
      if (resource.retainOnDelete) {
        this.kept.add(key);
      }
      if (resource.type === "aws:sagemaker/endpoint:Endpoint") {
        const { fleet, status } = sageMaker.require(resource.id);
        assert.equal(fleet.configurationName, resource.outputs["endpointConfigName"]);
        assert.equal(status, "InService");
      }
    }
    for (const key of existing.keys()) {
      assert.ok(stated.has(key) || this.kept.has(key), `${key} is not in the state`);
    }
    for (const name of sageMaker.endpoints.keys()) {
      assert.ok(
        [...stated].some((key) => key.endsWith(` ${name}`)),
        `${name} is not in the state`,
      );
    }
  }
}

function typeOf(key: string): string {
  return key.split("::")[2]!.split("$").at(-1)!;
}
