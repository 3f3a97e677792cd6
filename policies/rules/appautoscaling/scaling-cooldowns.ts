import { defineRule, type Outcome } from "../../rule";
import { POLICY } from "./scaling";

const FIX = "scaleInCooldown: 300, scaleOutCooldown: 60,";
const COOLDOWNS = ["scaleInCooldown", "scaleOutCooldown"];

export const scalingCooldowns = defineRule({
  name: "scaling-cooldowns",
  what: "A target tracking policy says how long to wait after it scaled in, and after it scaled out.",
  why: "Without a wait the next decision rests on a load that the last one has not reached yet: instances, which take minutes to start, come and go. AWS's default differs from service to service.",
  example: ["targetTrackingScalingPolicyConfiguration: {", `  ${FIX} // seconds`, "  …", "},"],
  severity: "low",
  level: "advisory",
  standards: { nist80053r5: "CP-2(2), SC-5(2)" },
  types: [POLICY],
  *check({ name, properties }): Generator<Outcome> {
    const tracking = properties["targetTrackingScalingPolicyConfiguration"];
    const missing = COOLDOWNS.filter((cooldown) => tracking && !(tracking[cooldown] > 0));
    if (missing.length > 0) {
      yield { message: `${name} has no ${missing.join(" and no ")} above 0.`, fix: FIX };
    }
  },
});
