import type * as pulumi from "@pulumi/pulumi";
import { createAwsMocks, type AwsMocksOptions } from "./aws-mocks";
import {
  recordRun,
  type ProgramSettings,
  type RegisteredResource,
  type Registration,
} from "./registrations";

/** A registered resource whose inputs are as the program wrote them, assets and archives included. */
export type RecordedResource = RegisteredResource;

/** What a program made. */
export interface Recording<T> {
  /** Sorted by URN, because registration is concurrent. */
  readonly resources: readonly RecordedResource[];
  /** What the program returned, with every output inside it resolved; unknown ones are absent. */
  readonly result: T;
}

/** How to run a program; it defaults to the stack `dev` of the project `kennel` without configuration. */
export interface RecordOptions
  extends AwsMocksOptions, Partial<Pick<ProgramSettings, "project" | "stack" | "config">> {}

/** Runs `program` against the stand-in AWS and records every resource with its options. */
export async function record<T>(
  program: () => T,
  { project = "kennel", stack = "dev", config = {}, ...aws }: RecordOptions = {},
): Promise<Recording<pulumi.Unwrap<T>>> {
  const isPreview = aws.stage === "preview";
  const mocks = createAwsMocks(aws);
  const given = new Map<string | undefined, Record<string, unknown>>();
  const newResource = (
    args: pulumi.runtime.MockResourceArgs,
    registration: Registration | undefined,
  ) => {
    given.set(registration?.urn, args.inputs as Record<string, unknown>);
    return mocks.newResource(args);
  };
  const answers = { call: mocks.call.bind(mocks), newResource };
  const run = await recordRun({ project, stack, config, isPreview }, answers, program);
  return {
    result: run.result,
    resources: run.resources
      .map((resource) => ({ ...resource, inputs: given.get(resource.urn) ?? {} }))
      .sort((left, right) => (left.urn < right.urn ? -1 : 1)),
  };
}
