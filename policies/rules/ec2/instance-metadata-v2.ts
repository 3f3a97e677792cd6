import { UNKNOWN } from "../../iam/unknown";
import type { JudgedResource, Wire } from "../../resource";
import { defineRule, type Outcome } from "../../rule";
import { isAbsent } from "../values";

const INSTANCE = "aws:ec2/instance:Instance";
const SPOT_REQUEST = "aws:ec2/spotInstanceRequest:SpotInstanceRequest";
const LAUNCH_TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const LAUNCH_CONFIGURATION = "aws:ec2/launchConfiguration:LaunchConfiguration";
const FIX = 'metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 }';

export const instanceMetadataV2 = defineRule({
  name: "instance-metadata-v2",
  what: "Instances answer metadata requests with a session token only (IMDSv2).",
  why: "Without a token, one forged request of a program on the instance reads the credentials of its role.",
  example: ["new aws.ec2.Instance(name, {", "  …,", `  ${FIX},`, "});"],
  severity: "high",
  level: "remediate",
  standards: {
    cisAws5: "5.7",
    nist80053r5: "AC-3, AC-3(15), AC-3(7), AC-6",
    securityHub: "EC2.8, EC2.170",
  },
  types: [INSTANCE, SPOT_REQUEST, LAUNCH_TEMPLATE, LAUNCH_CONFIGURATION],
  *check(resource): Generator<Outcome> {
    if (!inheritsOptions(resource) && allowsVersion1(resource)) {
      yield {
        message: `${resource.name} answers metadata requests without a token (IMDSv1).`,
        fix: FIX,
        repair: { metadataOptions: { httpTokens: "required" } },
      };
    }
  },
  /** An instance takes from its launch template what it leaves out; a template of this stack is judged itself. */
  *stack(stack): Generator<Outcome> {
    for (const resource of stack.ofType(INSTANCE, SPOT_REQUEST).filter(inheritsOptions)) {
      const template = resource.propertyDependencies["launchTemplate"]?.find(
        ({ type }) => type === LAUNCH_TEMPLATE,
      );
      if (template === undefined) {
        yield {
          resource,
          message: `${resource.name} takes its metadata options from a launch template that is not in this stack, where nothing shows that it demands a token.`,
          fix: FIX,
        };
      }
    }
  },
});

/** Whether the instance leaves its metadata options to its launch template. */
function inheritsOptions({ type, known }: JudgedResource): boolean {
  const options: Wire = known["metadataOptions"];
  const isDeclared = options === UNKNOWN || options?.httpTokens !== undefined;
  return type !== LAUNCH_TEMPLATE && !isAbsent(known["launchTemplate"]) && !isDeclared;
}

function allowsVersion1({ properties }: JudgedResource): boolean {
  const options = properties["metadataOptions"];
  return options?.httpTokens !== "required" && options?.httpEndpoint !== "disabled";
}
