/** A request to the runtime, as far as it reaches a container. */
export interface Invocation {
  readonly endpointName: string;
  /** X-Amzn-SageMaker-Target-Variant. */
  readonly targetVariant: string | undefined;
  /** Content-Type, Accept and the custom attributes. */
  readonly headers: Readonly<Record<string, string>>;
  /** X-Amzn-SageMaker-Inference-Id, which data capture keeps. */
  readonly inferenceId: string | undefined;
  readonly body: Buffer;
}

/** What the container answered. */
export interface Inference {
  readonly variantName: string;
  readonly contentType: string;
  readonly customAttributes: string | undefined;
  readonly body: Buffer;
}
