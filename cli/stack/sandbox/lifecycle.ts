import type {
  Properties,
  RequestMapping,
} from "../../../infra/offline/service-models/request-mapping";
import type { AwsAnswer, AwsRequest } from "./aws-caller";

/** What a request needs to know of a resource that exists. */
export interface Existing {
  /** The provider's id. */
  readonly id: string;
  /** Inputs and what AWS has added, named as Pulumi names them. */
  readonly outputs: Properties;
}

/** What the provider does with a type of resource, beside the requests that create it (infra/offline/service-models/mappings). */
export interface Lifecycle {
  /**
   * Operations of the mapping that do not create it.
   * @default none
   */
  readonly notAtCreation?: readonly string[];
  /**
   * Members of its creation's requests that AWS wants to be unique.
   * @default none
   */
  readonly fills?: (unique: string) => Readonly<Record<string, unknown>>;
  /**
   * The requests that change it in place; `again` are those that create it.
   * @default none: it is replaced
   */
  readonly updates?: "again" | readonly RequestMapping[];
  /** Id and properties that AWS has chosen, from the answers to its creation or change. */
  readonly reads?: (answer: AwsAnswer) => { readonly id?: string } & Properties;
  /**
   * How to see that AWS is done with it, and what it is then.
   * @default it is ready at once
   */
  readonly settles?: Settling;
  /**
   * The requests that delete it.
   * @default none: it goes with what it belongs to
   */
  readonly deletes?: (existing: Existing) => readonly AwsRequest[];
  /**
   * The question whether it is there, and as it should be.
   * @default it is not asked
   */
  readonly checks?: Check;
}

/** A resource that takes time. */
export interface Settling {
  readonly asks: (existing: Existing) => AwsRequest;
  /** Whether AWS is still at it. */
  readonly isBusy: (answer: AwsAnswer) => boolean;
  /** Why a creation failed; undefined where it did not. */
  readonly failure: (answer: AwsAnswer) => string | undefined;
  /** Inputs as AWS has them now: a rollback leaves others than were sent. */
  readonly inputs: (answer: AwsAnswer) => Properties;
}

/** How drift is noticed. */
export interface Check {
  readonly asks: (existing: Existing) => AwsRequest;
  /**
   * The properties that AWS has; undefined where there is nothing.
   * @default whatever is answered is there, and equal
   */
  readonly reads?: (answer: AwsAnswer) => Properties | undefined;
}
