import type { PolicyResource } from "@pulumi/policy";

import type { JudgedStack } from "../../policies/resource";
import { judgedStack } from "../../policies/stack";
import type { RegisteredResource } from "../../infra/offline/registrations";

/** The program's resources as the policy pack's engine side hands them to a rule. */
export function asStack(resources: readonly RegisteredResource[], region: string): JudgedStack {
  const provider = { props: { region } };
  return judgedStack(
    resources.map(({ type, name, urn, parent, outputs, dependencies, propertyDependencies }) => {
      const named = (urns: readonly string[]) => urns.map((each) => ({ urn: each }));
      const entries = [...propertyDependencies].map(([key, urns]) => [key, named(urns)] as const);
      return {
        ...{ type, name, urn, provider, props: outputs },
        parent: { urn: parent },
        dependencies: named(dependencies),
        propertyDependencies: Object.fromEntries(entries),
      } as unknown as PolicyResource;
    }),
  );
}
