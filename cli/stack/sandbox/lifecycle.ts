import type {
  Properties,
  RequestMapping,
} from "../../../infra/offline/service-models/request-mapping";
import type { AwsAnswer } from "./call-aws";

/**
 * A request to a type's service, whose members are named as those of the requests that create it: all properties that it has
 * a member for, or what is said here. A text is its operation; one that also creates the type is sent in the same way.
 */
export type LifecycleRequest = string | Omit<RequestMapping, "service">;

/**
 * What the provider does with a type of resource, beside the requests that create it
 * (infra/offline/service-models/mappings).
 */
export interface Lifecycle {
  /** The operation of the mapping that does not create it. */
  readonly notAtCreation?: string;
  /** The member of its creation's requests that AWS wants to be unique. */
  readonly fills?: string;
  /**
   * The member of the other requests that the provider's id goes to.
   * @default none: they have its name, or what it belongs to
   */
  readonly id?: string;
  /**
   * The requests that change it in place: `again` are those that create it.
   * @default none: it is replaced
   */
  readonly updates?: "again" | readonly LifecycleRequest[];
  /** Id and properties that AWS has chosen, from the answers to its creation or change. */
  readonly reads?: (answer: AwsAnswer) => Properties;
  /**
   * The requests that delete it, in order.
   * @default none: it goes with what it belongs to
   */
  readonly deletes?: readonly LifecycleRequest[];
  /**
   * The request that asks whether it is there.
   * @default it is not asked
   */
  readonly checks?: LifecycleRequest;
  /**
   * The properties that AWS has, from the answer to `checks`; undefined where there is nothing. A rollback leaves others than
   * were sent.
   * @default whatever is answered is there, and equal
   */
  readonly finds?: (answer: AwsAnswer) => Properties | undefined;
  /**
   * How to see that AWS is done with it, from the answer to `checks`.
   * @default it is ready at once
   */
  readonly settles?: Settling;
}

/** A resource that takes time. */
export interface Settling {
  /** Whether AWS is still at it. */
  readonly isBusy: (answer: AwsAnswer) => boolean;
  /** Why a creation failed; undefined where it did not. */
  readonly failure: (answer: AwsAnswer) => string | undefined;
}
