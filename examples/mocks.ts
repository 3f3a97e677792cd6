import path from "node:path";

import * as pulumi from "@pulumi/pulumi";

import { inProject } from "../cli/preview/project";
import { buildPackage } from "../infra/library/build";

let isBuilt = false;

/** Builds `@kennel/components`, which the examples import as their users do. */
export function buildComponents(): void {
  if (!isBuilt) {
    buildPackage({ withTypes: false });
    isBuilt = true;
  }
}

/** A resource's inputs. */
export type Inputs = Readonly<Record<string, unknown>>;

/**
 * Loads an example's program under Pulumi's own mocks, as its user's unit test does.
 *
 * @param config the stack's configuration, beside the region
 * @returns finds the inputs of the resource of a type and a name
 */
export async function loadWithMocks(
  example: string,
  config: Readonly<Record<string, string>> = {},
): Promise<(type: string, name: string) => Inputs> {
  buildComponents();
  const created = new Map<string, Inputs>();
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        created.set(`${type} ${name}`, inputs as Inputs);
        return { id: `${name}-id`, state: inputs as Inputs };
      },
      call: ({ inputs }) => inputs as Inputs,
    },
    example,
    "dev",
  );
  pulumi.runtime.setAllConfig({ "aws:region": "us-east-1", ...config });
  await inProject(path.join(__dirname, example), async () => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- after the mocks, and once for each test
    require(`./${example}/index`);
    await pulumi.runtime.disconnect();
  });
  return (type, name) => {
    const inputs = created.get(`${type} ${name}`);
    if (inputs === undefined) {
      throw new Error(`There is no ${type} ${name}. There is ${[...created.keys()].join(", ")}.`);
    }
    return inputs;
  };
}
