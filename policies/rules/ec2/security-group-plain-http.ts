import { defineRule } from "../../rule";
import { INGRESS_TYPES } from "./ingress";
import { ingressConfig, judgeIngress, type IngressConfig } from "./open-ingress";

const HTTP = 80;

export const securityGroupPlainHttp = defineRule<IngressConfig>({
  name: "security-group-plain-http",
  what: "Security groups don't let the internet reach port 80.",
  why: "What goes over plain HTTP can be read and changed on its way: passwords, photos, and what is answered to them.",
  howToFix:
    "Serve on port 443, with a certificate of AWS Certificate Manager on the load balancer. Port 80 may stay where it only redirects.",
  severity: "low",
  level: "advisory",
  standards: { nist80053r5: "SC-8" },
  config: ingressConfig({ ipv4: 8, ipv6: 16 }),
  types: INGRESS_TYPES,
  check: (resource, { config }) =>
    judgeIngress(resource, {
      // A wider range is for security-group-open-ports to stop.
      minds: ({ protocol, from, to }) =>
        protocol === "tcp" && from === HTTP && to === HTTP ? "TCP port 80" : undefined,
      shortest: { ipv4: config.shortestPrefixIpv4, ipv6: config.shortestPrefixIpv6 },
      openPrefixLists: config.openPrefixLists,
      fix: "fromPort: 443, toPort: 443",
    }),
});
