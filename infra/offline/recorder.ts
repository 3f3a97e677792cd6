import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { createAwsMocks, type AwsMocksOptions } from "./aws-mocks";

/** A resource as the program registered it. */
export interface RecordedResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly urn: string;
  /** URN of the parent; empty for the stack itself. */
  readonly parent: string;
  readonly options: RecordedOptions;
}

/** The options that decide what happens to a resource later. */
export interface RecordedOptions {
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly ignoreChanges: readonly string[];
  /** URNs. */
  readonly dependencies: readonly string[];
  /** URN, or empty. */
  readonly deletedWith: string;
  /** Former names, as the SDK tells the engine: a URN, or the parts of it that were different. */
  readonly aliases: readonly unknown[];
  /** `urn::id` of the provider, or empty for the default one. */
  readonly provider: string;
}

/** The getters of Pulumi's request that the recorder needs; the package does not publish their types. */
interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getIgnorechangesList(): string[];
  getDependenciesList(): string[];
  getDeletedwith(): string;
  getAliasurnsList(): string[];
  getAliasesList(): { toObject(): { spec?: unknown; urn?: string } }[];
  getProvider(): string;
  getObject(): unknown;
}

type Callback = (error: unknown, response: { getUrn(): string } | undefined) => void;

/** What a program made. */
export interface Recording<T> {
  /** Sorted by URN. */
  readonly resources: readonly RecordedResource[];
  /** What the program returned, with every output inside it resolved; unknown ones are absent. */
  readonly result: T;
}

/** How to run a program under mocks. */
export interface RecordOptions extends AwsMocksOptions {
  /** @default "kennel" */
  readonly project?: string;
  /** @default "dev" */
  readonly stack?: string;
  /** Configuration by full key, such as `kennel:environment`; structured values as JSON. */
  readonly config?: Readonly<Record<string, string>>;
}

function describe(request: RegisterRequest, urn: string): Omit<RecordedResource, "inputs"> {
  return {
    type: request.getType(),
    name: request.getName(),
    urn,
    parent: request.getParent(),
    options: {
      protect: request.getProtect(),
      retainOnDelete: request.getRetainondelete(),
      ignoreChanges: request.getIgnorechangesList(),
      dependencies: request.getDependenciesList(),
      deletedWith: request.getDeletedwith(),
      aliases: [
        ...request.getAliasurnsList(),
        ...request.getAliasesList().map((alias) => alias.toObject()),
      ],
      provider: request.getProvider(),
    },
  };
}

/**
 * Runs `program` against the stand-in AWS and records every resource with its options.
 *
 * It waits until nothing is left to register, so that no assertion is passed over because its value never came. One
 * recording at a time: Pulumi's monitor belongs to the process.
 */
export async function record<T>(
  program: () => T,
  options: RecordOptions = {},
): Promise<Recording<pulumi.Unwrap<T>>> {
  const { project = "kennel", stack = "dev", config = {}, ...aws } = options;
  const inputsByUrn = new Map<string, Record<string, unknown>>();
  const described: Omit<RecordedResource, "inputs">[] = [];
  const mocks = createAwsMocks(aws);
  await pulumi.runtime.setMocks(mocks, project, stack, aws.stage === "preview");
  pulumi.runtime.setAllConfig({ ...config });
  const original = MockMonitor.prototype.registerResource;
  MockMonitor.prototype.registerResource = function (
    this: MockMonitor,
    request: RegisterRequest,
    callback: Callback,
  ) {
    return original.call(this, request, (error: unknown, response: { getUrn(): string }) => {
      if (error === null) {
        described.push(describe(request, response.getUrn()));
      }
      callback(error, response);
    });
  };
  const spied: pulumi.runtime.Mocks = mocks;
  const newResource = spied.newResource.bind(mocks);
  spied.newResource = (args) => {
    inputsByUrn.set(`${args.type} ${args.name}`, args.inputs as Record<string, unknown>);
    return newResource(args);
  };
  try {
    const result = await new Promise<pulumi.Unwrap<T>>((resolve, reject) => {
      // An output of an unknown value never calls back, so it is asked for its value, known or not.
      const output = pulumi.output(program()) as unknown as {
        promise(): Promise<pulumi.Unwrap<T>>;
      };
      output.promise().then(resolve, reject);
    });
    await pulumi.runtime.disconnect();
    return {
      result,
      resources: described
        // Registration is concurrent: only a sorted list is the same every time.
        .sort((left, right) => (left.urn < right.urn ? -1 : 1))
        .map((resource) => ({
          ...resource,
          inputs: inputsByUrn.get(`${resource.type} ${resource.name}`) ?? {},
        })),
    };
  } finally {
    MockMonitor.prototype.registerResource = original;
  }
}
