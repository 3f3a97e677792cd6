import type { JudgedStack } from "../../policies/resource";
import { judgedStack } from "../../policies/stack";
import type { Preview } from "./preview";

/** The program's resources as the policy pack shows them to a rule. */
export function asStack({ resources, region }: Pick<Preview, "resources" | "region">): JudgedStack {
  return judgedStack(
    resources.map(({ outputs, ...resource }) => ({
      ...resource,
      props: outputs,
      provider: { region },
    })),
  );
}
