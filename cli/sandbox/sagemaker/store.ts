import type { Tag } from "@aws-sdk/client-sagemaker";

import { OFFLINE_ACCOUNT } from "../../offline-account";
import { AwsError, validationException } from "../aws-error";
import { type Defaults, listPage, type Members } from "./listing";

/** How SageMaker calls, lists and refuses one kind of its resources. */
export interface Kind {
  /** As operations and members have it, such as `TrainingJob`. */
  readonly noun: string;
  /** The member of a list's answer. */
  readonly list: string;
  /** What a list says besides name, ARN, status and times. */
  readonly listed: readonly string[];
  readonly taken: (arn: string) => AwsError;
  readonly missing: (arn: string) => AwsError;
  readonly defaults: Defaults;
}

/** A kind of what serves. */
export function servingKind(noun: string, words: string): Kind {
  return {
    ...{ noun, list: `${noun}s`, listed: [] },
    taken: (arn) => validationException(`Cannot create already existing ${words} "${arn}".`),
    missing: (arn) => validationException(`Could not find ${words} "${arn}".`),
    defaults: { sortBy: "CreationTime", sortOrder: "Descending" },
  };
}

/** A kind of jobs. */
export function jobKind(
  noun: string,
  missing: string,
  defaults: Defaults,
  listed: readonly string[],
): Kind {
  return {
    ...{ noun, list: `${noun}Summaries`, listed },
    taken: (arn) =>
      new AwsError(
        "ResourceInUse",
        `Job name must be unique within an AWS account and region, and a job with this name already exists (${arn}).`,
      ),
    missing: () => new AwsError(missing, "Requested resource not found."),
    defaults: { maxResults: 10, ...defaults },
  };
}

/** A resource. */
export interface Stored {
  /** What its Describe operation says. */
  readonly description: object;
  /** What only a list says of it. */
  readonly summary?: object;
  /** Ends the processes that it has started, because the sandbox ends. */
  end?(): Promise<void> | void;
}

/** One operation of SageMaker's: the request as the API names it, to what it answers. Dates may be `Date`s. */
export type Operation = (request: never) => unknown;

/** SageMaker's resources of one kind by their names, with their tags. */
export class Store<Item extends Stored> {
  private readonly items = new Map<string, Item>();
  private readonly tags = new Map<string, Map<string, string>>();

  constructor(
    private readonly region: string,
    private readonly kind: Kind,
  ) {}

  /** The description of a new one: what was asked for, its ARN and the time. @throws AwsError where there is one of its name */
  describe(input: object): Item["description"] {
    const { noun, taken } = this.kind;
    const name = (input as Members)[`${noun}Name`] as string;
    const arn = this.arnOf(name);
    if (this.items.has(name)) {
      throw taken(arn);
    }
    return { ...input, Tags: undefined, [`${noun}Arn`]: arn, CreationTime: new Date() };
  }

  /** Adds one, and returns what Create answers. */
  add(item: Item, tags: readonly Tag[] = []): Members {
    const { noun } = this.kind;
    const name = (item.description as Members)[`${noun}Name`] as string;
    const arn = this.arnOf(name);
    this.items.set(name, item);
    this.tags.set(arn, new Map(tags.map(({ Key, Value }) => [Key!, Value!])));
    return { [`${noun}Arn`]: arn };
  }

  /** Undefined where there is none. */
  find(name: string): Item | undefined {
    return this.items.get(name);
  }

  /** @throws AwsError as SageMaker refuses a name that nothing has */
  require(name: string): Item {
    const item = this.items.get(name);
    if (item === undefined) {
      throw this.kind.missing(this.arnOf(name));
    }
    return item;
  }

  /** @throws AwsError as SageMaker refuses a name that nothing has */
  delete(name: string): unknown {
    this.require(name);
    this.tags.delete(this.arnOf(name));
    this.items.delete(name);
    return {};
  }

  get all(): Item[] {
    return [...this.items.values()];
  }

  /** Ends every process that was started for one. */
  async stop(): Promise<void> {
    await Promise.all(this.all.map((item) => item.end?.()));
  }

  /** The tags of the resource with an ARN; undefined where it is not one of these. */
  tagsOf(arn: string): Map<string, string> | undefined {
    return this.tags.get(arn);
  }

  /** The operations that every kind has. */
  get operations(): Readonly<Record<string, Operation>> {
    const { noun } = this.kind;
    return {
      [`Describe${noun}`]: (request: Members) =>
        this.require(request[`${noun}Name`] as string).description,
      [`List${noun}s`]: (request: Members) => this.list(request),
    };
  }

  private list(request: Members): unknown {
    const { noun, list, listed, defaults } = this.kind;
    const all = this.all.map(({ description, summary }): Members => ({
      ...description,
      ...summary,
    }));
    const { items, NextToken } = listPage(all, noun, request, defaults);
    const members = ["Name", "Arn", "Status"].map((member) => `${noun}${member}`);
    const shown = [...members, "CreationTime", "LastModifiedTime", ...listed];
    const summaries = items.map((item) =>
      Object.fromEntries(shown.map((member) => [member, item[member]])),
    );
    return { [list]: summaries, NextToken };
  }

  /** Source: service authorization reference, "Amazon SageMaker". */
  private arnOf(name: string): string {
    const kind = this.kind.noun.replace(/(?<=[a-z])(?=[A-Z])/g, "-");
    return `arn:aws:sagemaker:${this.region}:${OFFLINE_ACCOUNT}:${kind}/${name}`.toLowerCase();
  }
}
