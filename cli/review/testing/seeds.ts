import { evaluateStack } from "../../preview/evaluate-stack";
import type { RegisteredResource } from "../../../infra/offline/registrations";
import { regionOf, type StackSettings } from "../../preview/stack-file";
import type { Side } from "../side";

/** What the seeded changes change of the stack's configuration. */
export interface SeedSettings {
  region: string;
  readonly endpoints: Record<string, Record<string, unknown>>;
}

/** Evaluates the stack that the seeded changes change, with other settings where one asks for them. */
export async function evaluatedSide(
  change: (settings: SeedSettings) => void = () => undefined,
): Promise<Side> {
  const seed: SeedSettings = {
    region: "us-east-1",
    endpoints: {
      main: {
        model: "samples/model",
        serving: { mode: "realtime", instanceType: "ml.c5.large" },
        scaling: { minInstances: 1, maxInstances: 2 },
        function: {},
      },
    },
  };
  change(seed);
  const config = {
    "aws:region": seed.region,
    "kennel:environment": "dev",
    "kennel:monitoring": JSON.stringify({ emails: ["team@example.com"] }),
    "kennel:endpoints": JSON.stringify(seed.endpoints),
  };
  const settings: StackSettings = { project: "kennel", stack: "dev", config, secretKeys: [] };
  const { resources } = await evaluateStack(settings);
  return {
    ...{ project: "kennel", stack: "dev", region: regionOf(settings), resources, findings: [] },
    secrets: { "kennel:budget.emails[0]": "digest" },
  };
}

/** A side with one resource's inputs changed, as a change to the program would. */
export function withInputs(
  side: Side,
  type: string,
  name: string,
  change: (inputs: Record<string, unknown>) => void,
): Side {
  const found = side.resources.filter((each) => each.type === type && each.name === name);
  if (found.length !== 1) {
    throw new Error(`${found.length} resources ${type} ${name}`);
  }
  return {
    ...side,
    resources: side.resources.map((each) => {
      if (each !== found[0]) {
        return each;
      }
      const inputs = structuredClone(each.inputs);
      change(inputs);
      return { ...each, inputs, outputs: { ...each.outputs, ...inputs } };
    }),
  };
}

/** A side with one resource more. */
export function withResource(
  side: Side,
  type: string,
  name: string,
  inputs: Record<string, unknown>,
  dependsOn: Readonly<Record<string, RegisteredResource>> = {},
): Side {
  const like = side.resources.find((each) => each.custom)!;
  const resource: RegisteredResource = {
    ...like,
    ...{ urn: `urn:pulumi:dev::kennel::${type}::${name}`, type, name, inputs, outputs: inputs },
    dependencies: Object.values(dependsOn).map(({ urn }) => urn),
    propertyDependencies: new Map(
      Object.entries(dependsOn).map(([key, { urn }]) => [key, [urn]] as const),
    ),
  };
  return { ...side, resources: [...side.resources, resource] };
}

/** A side without some resources. */
export function without(side: Side, type: string, name: string): Side {
  return {
    ...side,
    resources: side.resources.filter((each) => each.type !== type || each.name !== name),
  };
}
