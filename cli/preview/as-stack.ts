import type { JudgedStack } from "../../policies/resource";
import { judgedStack } from "../../policies/stack";
import type { RegisteredResource } from "../../infra/offline/registrations";

/** The program's resources as the policy pack shows them to a rule. */
export function asStack(resources: readonly RegisteredResource[], region: string): JudgedStack {
  return judgedStack(
    resources.map(({ outputs, ...resource }) => ({
      ...resource,
      props: outputs,
      provider: { region },
    })),
  );
}
