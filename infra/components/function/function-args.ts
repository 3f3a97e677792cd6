import type * as pulumi from "@pulumi/pulumi";
import type { Location } from "../../location";
import type { FunctionConfig } from "../../schema/function";

export interface ClassifyFunctionArgs {
  /** The function's name in Lambda. */
  readonly functionName: string;
  /** Account and region of the stack. */
  readonly location: Location;
  /** The bundled handler: `index.mjs` exporting `handler`. */
  readonly code: pulumi.Input<pulumi.asset.Archive>;
  /** The endpoint to invoke, waited for. */
  readonly endpointName: pulumi.Input<string>;
  /** ARN of that endpoint: the only one that the function may invoke. */
  readonly endpointArn: pulumi.Input<string>;
  /** The endpoint's name where it is known beforehand; names the permission, so that a new endpoint has its own. */
  readonly permissionName: string;
  /**
   * KMS key of failed calls, where they are kept.
   * @default one that SQS manages
   */
  readonly kmsKeyArn?: pulumi.Input<string> | undefined;
  /**
   * The same key where the function's role must allow its use, because the key's own policy does not.
   * @default none
   */
  readonly keyToAllow?: pulumi.Input<string> | undefined;
  /** Memory, time, concurrency, logs and access. */
  readonly settings: FunctionConfig;
}
