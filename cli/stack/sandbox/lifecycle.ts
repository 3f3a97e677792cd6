import type {
  Properties,
  RequestMapping,
} from "../../../infra/offline/service-models/request-mapping";
import type { AwsAnswer } from "./call-aws";

/** Requests by their operation, in order, made of the id and the properties of a resource that exists. */
export type Requests = Readonly<Record<string, (existing: Properties) => Properties>>;

/**
 * What the provider does with a type of resource, beside the requests that create it (infra/offline/service-models/mappings),
 * whose service the requests here go to.
 */
export interface Lifecycle {
  /** The operation of the mapping that does not create it. */
  readonly notAtCreation?: string;
  /** The member of its creation's requests that AWS wants to be unique. */
  readonly fills?: string;
  /**
   * The requests that change it in place: `again` are those that create it, a text is the operation of one of these.
   * @default none: it is replaced
   */
  readonly updates?: "again" | readonly (string | Omit<RequestMapping, "service">)[];
  /** Id and properties that AWS has chosen, from the answers to its creation or change. */
  readonly reads?: (answer: AwsAnswer) => Properties;
  /**
   * The requests that delete it.
   * @default none: it goes with what it belongs to
   */
  readonly deletes?: Requests;
  /**
   * The request that asks whether it is there.
   * @default it is not asked
   */
  readonly checks?: Requests;
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

/** Lifecycles by Pulumi's token. */
export type Lifecycles = Readonly<Record<string, Lifecycle>>;
