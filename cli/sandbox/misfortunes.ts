import type { DescribeEndpointOutput } from "@aws-sdk/client-sagemaker";

import { type Misfortune, MISFORTUNES, whyNever } from "../../infra/offline/endpoint-deployment";
import { validationException } from "./aws-error";

/** A new endpoint serves nothing yet that it could go back to, and has no deadline. */
const OF_UPDATES: readonly Misfortune[] = ["canary", "alarm", "timeout"];

/** An endpoint as far as its updates meet anything. */
interface Updated {
  readonly description: Partial<DescribeEndpointOutput>;
  readonly fleet: { readonly instances: number };
}

/** What goes wrong with the next creations and updates, as it was asked for. */
export class Misfortunes {
  private readonly ordered: { kind: Misfortune; endpointName?: string | undefined }[] = [];

  /**
   * @param endpoints that there are
   * @throws AwsError where there is no such kind, or nothing meets it
   */
  order(kind: string, endpointName: string | undefined, endpoints: readonly Updated[]): void {
    const known = MISFORTUNES.find((each) => each === kind);
    if (known === undefined) {
      throw validationException(`kind is ${kind}; allowed is ${MISFORTUNES.join(", ")}.`);
    }
    if (OF_UPDATES.includes(known)) {
      const reasons = endpoints
        .map(({ description, fleet }) => ({ ...description, fleet }))
        .filter(({ EndpointName }) => endpointName === undefined || EndpointName === endpointName)
        .map(({ EndpointName, fleet, LastDeploymentConfig = {} }) => {
          const reason = whyNever(known, LastDeploymentConfig, Math.max(1, fleet.instances));
          return reason && `${EndpointName} never meets ${kind}: ${reason}.`;
        });
      if (reasons.every((reason) => reason !== undefined)) {
        const missing = endpointName === undefined ? "no endpoint" : `no endpoint ${endpointName}`;
        const none = `there is ${missing} to update, and ${kind} only happens to updates.`;
        throw validationException(reasons[0] ?? none);
      }
    }
    this.ordered.push({ kind: known, endpointName });
  }

  /** The one that an endpoint meets now; it doesn't meet it again. */
  take(endpointName: string, isUpdate: boolean): Misfortune | undefined {
    const index = this.ordered.findIndex(
      (each) =>
        (each.endpointName === undefined || each.endpointName === endpointName) &&
        (isUpdate || !OF_UPDATES.includes(each.kind)),
    );
    return index < 0 ? undefined : this.ordered.splice(index, 1)[0]!.kind;
  }
}
