import type { RegisteredResource } from "../../infra/offline/registrations";
import type { Demand } from "./check-account";

type Inputs = Readonly<Record<string, unknown>>;

/** What an evaluated stack asks of the account's quotas. */
export function demandOf(resources: readonly RegisteredResource[], region: string): Demand {
  const ofType = (type: string): Inputs[] =>
    resources.filter((each) => each.type === type).map(({ inputs }) => inputs);
  const instances = new Map<string, number>();
  for (const { name, inputs } of resources) {
    for (const variant of (inputs["productionVariants"] ?? []) as Inputs[]) {
      const type = variant["instanceType"];
      const target = resources.find(
        (each) => each.type === "aws:appautoscaling/target:Target" && each.name === name,
      );
      const most = Number(target?.inputs["maxCapacity"] ?? variant["initialInstanceCount"] ?? 0);
      if (typeof type === "string") {
        instances.set(type, (instances.get(type) ?? 0) + most);
      }
    }
  }
  const reserved = ofType("aws:lambda/function:Function").map((each) =>
    Math.max(0, Number(each["reservedConcurrentExecutions"] ?? 0)),
  );
  const reservedConcurrency = reserved.reduce((sum, each) => sum + each, 0);
  return { region, instances, reservedConcurrency };
}
