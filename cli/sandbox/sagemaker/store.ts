import type { Tag } from "@aws-sdk/client-sagemaker";

import { OFFLINE_ACCOUNT } from "../../offline-account";
import { AwsError, validationException } from "../aws-error";
import type { Context } from "../context";
import { type Defaults, listPage, type Listed } from "./listing";
import type { Tags } from "./tags";

/** How SageMaker calls and refuses one kind of its resources. */
export interface Kind {
  /** As ARNs have it. */
  readonly name: string;
  readonly taken: (arn: string) => AwsError;
  readonly missing: (arn: string) => AwsError;
  /** How lists are sorted. */
  readonly defaults: Defaults;
}

/** A kind of what serves. */
export function servingKind(name: string, noun = name): Kind {
  return {
    name,
    taken: (arn) => validationException(`Cannot create already existing ${noun} "${arn}".`),
    missing: (arn) => validationException(`Could not find ${noun} "${arn}".`),
    defaults: { sortBy: "CreationTime", sortOrder: "Descending" },
  };
}

/** A kind of jobs. */
export function jobKind(
  name: string,
  missing: string,
  sortBy: Defaults["sortBy"],
  sortOrder: Defaults["sortOrder"],
): Kind {
  return {
    name,
    taken: (arn) =>
      new AwsError(
        "ResourceInUse",
        `Job name must be unique within an AWS account and region, and a job with this name already exists (${arn}).`,
      ),
    missing: () => new AwsError(missing, "Requested resource not found."),
    defaults: { sortBy, sortOrder, maxResults: 10 },
  };
}

/** What a store holds. */
export interface Stored extends Listed {
  readonly arn: string;
}

/** SageMaker's resources of one kind by their names, and their tags. */
export class Store<Item extends Stored> {
  private readonly items = new Map<string, Item>();

  constructor(
    private readonly context: Context,
    private readonly tags: Tags,
    private readonly kind: Kind,
  ) {}

  /** The ARN of a new one. @throws AwsError where there is one of its name */
  newArn(name: string): string {
    const arn = this.arnOf(name);
    if (this.items.has(name)) {
      throw this.kind.taken(arn);
    }
    return arn;
  }

  add(item: Item, tags: readonly Tag[] | undefined): void {
    this.items.set(item.name, item);
    this.tags.put(item.arn, tags);
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
  delete(name: string): void {
    this.tags.forget(this.require(name).arn);
    this.items.delete(name);
  }

  get all(): Item[] {
    return [...this.items.values()];
  }

  /** Answers a List operation: the summaries are the answer's `member`. */
  list(input: object, member: string, summarise: (item: Item) => object): unknown {
    const { items, NextToken } = listPage(this.all, { ...input }, this.kind.defaults);
    return { [member]: items.map(summarise), NextToken };
  }

  /** Source: service authorization reference, "Amazon SageMaker". */
  private arnOf(name: string): string {
    const { region } = this.context;
    return `arn:aws:sagemaker:${region}:${OFFLINE_ACCOUNT}:${this.kind.name}/${name.toLowerCase()}`;
  }
}
