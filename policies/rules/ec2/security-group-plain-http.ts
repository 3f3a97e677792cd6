import { ingressRule } from "./open-ingress";

const HTTP = 80;

export const securityGroupPlainHttp = ingressRule({
  name: "security-group-plain-http",
  what: "Security groups don't let the internet reach port 80.",
  why: "What goes over plain HTTP can be read and changed on its way: passwords, photos, and what is answered to them.",
  howToFix:
    "Serve on port 443, with a certificate of AWS Certificate Manager on the load balancer. Port 80 may stay where it only redirects.",
  severity: "low",
  level: "advisory",
  standards: { nist80053r5: "SC-8" },
  config: {},
  // A wider range is for security-group-open-ports to stop.
  minds: ({ protocol, from, to }) =>
    protocol === "tcp" && from === HTTP && to === HTTP ? "TCP port 80" : undefined,
  shortest: { ipv4: 8, ipv6: 16 },
  fix: "fromPort: 443, toPort: 443",
});
