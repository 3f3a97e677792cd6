import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { groupNames } from "./components/trainer/trainer-groups";
import {
  apiLogGroupName,
  dataBucketName,
  deadLetterQueueName,
  endpointLogGroupName,
  endpointName,
  functionLogGroupName,
  nameInStack,
  physicalName,
  repositoryName,
  stackName,
  trainerLogGroupName,
  type EndpointIdentity,
} from "./names";

const naming = { project: "kennel", stack: "dev" };

/** One endpoint of one stack, and how it serves. */
interface Named {
  readonly project: string;
  readonly stack: string;
  readonly endpoint: string;
  readonly identity: EndpointIdentity;
}

function nameOutput<T>(output: pulumi.Output<T>): Promise<T> {
  return (output as unknown as { promise(): Promise<T> }).promise();
}

/** Every name that the program gives, by what AWS keeps apart. */
async function namesOf({ project, stack, endpoint, identity }: Named) {
  const whose = { project, stack };
  const lambda = nameInStack(whose, endpoint);
  const served = endpointName(whose, endpoint, identity);
  const location = {
    partition: pulumi.output("aws-eusc"),
    accountId: pulumi.output("123456789012"),
    region: "eusc-de-east-1",
  };
  const { spot, onDemand } = groupNames(whose);
  return {
    ofStack: {
      bucket: await nameOutput(dataBucketName(whose, location)),
      repositories: [repositoryName(whose, "inference"), repositoryName(whose, "training")],
      topic: stackName(whose, "alarms"),
      dashboard: stackName(whose),
      groups: [spot, onDemand],
      logGroup: trainerLogGroupName(whose),
    },
    ofEndpoint: {
      function: lambda,
      queue: deadLetterQueueName(lambda),
      logGroups: [functionLogGroupName(lambda), apiLogGroupName(lambda)],
    },
    ofIdentity: { endpoint: served, logGroup: endpointLogGroupName(served) },
  };
}

/** Names in AWS's own case-insensitive reading (IAM and S3 tell no cases apart). */
function flat(names: Readonly<Record<string, string | readonly string[]>>): string[] {
  return Object.entries(names).flatMap(([kind, name]) =>
    [name].flat().map((each) => `${kind} ${each.toLowerCase()}`),
  );
}

const letters = fc.constantFrom("a", "b", "A", "-", "_", ".", "0", "main", "eu");
const text = (maximum: number) =>
  fc.array(letters, { minLength: 1, maxLength: maximum }).map((parts) => `k${parts.join("")}`);
// Parts that share their characters in different places are what collides.
const split = fc
  .tuple(
    fc.array(fc.constantFrom("a", "b", "eu"), { minLength: 4, maxLength: 7 }),
    fc.nat(),
    fc.nat(),
  )
  .map(([words, first, second]) => {
    const [one, two] = [1 + (first % 2), 1 + (second % 2)];
    const project = words.slice(0, one).join("-");
    const stack = words.slice(one, one + two).join("-");
    return { project, stack, endpoint: words.slice(one + two).join("-") || "main" };
  });
const anyParts = fc.record({ project: text(40), stack: text(60), endpoint: text(6) });
const named: fc.Arbitrary<Named> = fc
  .tuple(
    fc.oneof(split, anyParts),
    fc.record({
      mode: fc.constantFrom("realtime", "async"),
      instanceType: fc.constantFrom("ml.c5.large", "ml.m5.large", "ml.g5.xlarge"),
    }),
  )
  .map(([parts, identity]) => ({ ...parts, identity }));

describe("physicalName", () => {
  it("joins what can be read back", () => {
    assert.equal(physicalName(["kennel", "dev", "main"], 63), "kennel-dev-main");
    assert.equal(physicalName(["kennel", "prod", "eu-main"], 63), "kennel-prod-eu-main");
    assert.equal(physicalName(["kennel", "prod-eu"], 63), "kennel-prod-eu");
  });

  it("always fits the alphabet and the length of every service", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string(), { minLength: 1 }),
        fc.integer({ min: 16, max: 64 }),
        (parts, length) => {
          const name = physicalName(parts, length);
          assert.match(name, /^[a-z0-9]+(-[a-z0-9]+)*$/);
          assert.ok(name.length <= length, name);
        },
      ),
    );
  });

  it("tells apart stacks that look alike after joining, cleaning or cutting", () => {
    const alike: readonly (readonly [string[], string[]])[] = [
      [
        ["kennel", "prod", "eu-main"],
        ["kennel", "prod-eu", "main"],
      ],
      [
        ["k", "a.b"],
        ["k", "a_b"],
      ],
      [
        ["k", "Dev"],
        ["k", "dev"],
      ],
      [
        ["k", "x".repeat(80)],
        ["k", "x".repeat(81)],
      ],
    ];
    for (const [left, right] of alike) {
      assert.notEqual(physicalName(left, 30), physicalName(right, 30));
    }
  });

  it("gives nobody a name that passes for another's hash", () => {
    const taken = physicalName(["kennel", "prod-eu", "main"], 63);
    const impostor = taken.split("-");
    assert.notEqual(physicalName(impostor, 63), taken);
    assert.notEqual(physicalName(["kennel", "prod", impostor.slice(2).join("-")], 63), taken);
  });
});

describe("the names of two stacks", () => {
  it("never collide, whatever projects, stacks, endpoints and modes are called", async () => {
    await fc.assert(
      fc.asyncProperty(named, named, async (one, other) => {
        const [left, right] = await Promise.all([namesOf(one), namesOf(other)]);
        const shared = (key: keyof typeof left) =>
          flat(left[key]).filter((name) => flat(right[key]).includes(name));
        const sameStack = one.project === other.project && one.stack === other.stack;
        const sameEndpoint = sameStack && one.endpoint === other.endpoint;
        if (!sameStack) {
          assert.deepEqual(shared("ofStack"), []);
        }
        if (!sameEndpoint) {
          assert.deepEqual(shared("ofEndpoint"), []);
          assert.deepEqual(shared("ofIdentity"), []);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("keep to each service's limit", async () => {
    await fc.assert(
      fc.asyncProperty(named, async (one) => {
        const { ofStack, ofEndpoint, ofIdentity } = await namesOf(one);
        assert.match(ofStack.bucket, /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/);
        assert.ok(ofEndpoint.function.length <= 64);
        assert.ok(ofEndpoint.queue.length <= 80);
        assert.ok(ofIdentity.endpoint.length <= 63);
        for (const name of [ofStack.topic, ofStack.dashboard, ...ofStack.groups]) {
          assert.ok(name.length <= 63, name);
        }
      }),
    );
  });
});

describe("endpointName", () => {
  const serving = { mode: "realtime", instanceType: "ml.m5.large" };

  it("stays the same while the endpoint can be updated in place", () => {
    const before = endpointName(naming, "main", serving);
    const after = endpointName(naming, "main", { ...serving, ...{ instanceCount: 3 } });
    assert.equal(after, before);
    assert.match(before, /^kennel-dev-main-[0-9a-f]{6}$/);
  });

  it("changes with the instance type and the mode, which need a new endpoint", () => {
    const names = [
      endpointName(naming, "main", serving),
      endpointName(naming, "main", { ...serving, instanceType: "ml.m5.xlarge" }),
      endpointName(naming, "main", { ...serving, mode: "async" }),
      endpointName(naming, "main", { mode: "serverless" }),
    ];
    assert.equal(new Set(names).size, names.length);
  });
});

describe("nameInStack and repositoryName", () => {
  it("carry the project and the stack", () => {
    assert.equal(nameInStack(naming, "main"), "kennel-dev-main");
    assert.equal(repositoryName(naming, "inference"), "kennel-dev/inference");
  });
});
