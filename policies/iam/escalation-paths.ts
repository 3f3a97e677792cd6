import TABLE from "./escalation-table.json";
import { MARK, USERNAME } from "./patterns";

/** One way to become more than one was meant to be. */
export interface EscalationPath {
  /** What its user does. */
  readonly how: string;
  /**
   * The public lists that have it; none: another call of the Service Authorization Reference that has the same effect.
   * - R: Rhino Security Labs, `aws_escalate.py` (RhinoSecurityLabs/Security-Research) and the later methods of its article
   * - C: cloudsplaining, `PRIVILEGE_ESCALATION_METHODS` (cloudsplaining/shared/constants.py)
   * - P: prowler, `privilege_escalation_policies_combination` (providers/aws/services/iam/lib/privilege_escalation.py)
   * - such as `sagemaker-004`: Datadog's pathfinding.cloud, by the identifier of the path
   */
  readonly lists: readonly string[];
  /** Of a path that passes a role: to which service. */
  readonly passedTo?: string;
  /** The actions that it takes: on any resource of their type; where a role is passed, iam:PassRole on any role, the others on some. */
  readonly needs: readonly string[];
  /** Of actions that are called on several types of resources: one ARN template of each list must be allowed. */
  readonly on?: Readonly<Record<string, readonly (readonly string[])[]>>;
}

/** The known ways to escalate, SageMaker's own first, then IAM's; those that need more than another one are left out. */
export const ESCALATION_PATHS = (TABLE as readonly EscalationPath[]).map(
  ({ on, ...path }): EscalationPath =>
    on === undefined
      ? path
      : {
          ...path,
          on: Object.fromEntries(
            Object.entries(on).map(([action, lists]) => [
              action,
              lists.map((each) => each.map(arnOf)),
            ]),
          ),
        },
);

/** In the table, `${Name}` is any name, and `${aws:username}` the caller itself. */
function arnOf(written: string): string {
  return written.replaceAll("${aws:username}", USERNAME).replaceAll("${Name}", MARK);
}
