import { validationException } from "./aws-error";

/** What can go wrong with an endpoint: each is a point at which SageMaker gives up and takes everything back. */
export const MISFORTUNES = ["creation", "canary", "alarm", "capacity", "crash", "timeout"] as const;

export type Misfortune = (typeof MISFORTUNES)[number];

/** What goes wrong with the next creations and updates, as it was asked for. */
export class Misfortunes {
  private readonly ordered: { kind: Misfortune; endpointName?: string | undefined }[] = [];

  /** @throws AwsError where there is no such kind */
  order(kind: string, endpointName?: string): void {
    if (!(MISFORTUNES as readonly string[]).includes(kind)) {
      throw validationException(`kind is ${kind}; allowed is ${MISFORTUNES.join(", ")}.`);
    }
    this.ordered.push({ kind: kind as Misfortune, endpointName });
  }

  /** The one that an endpoint meets now; it doesn't meet it again. */
  take(endpointName: string): Misfortune | undefined {
    const index = this.ordered.findIndex(
      (each) => each.endpointName === undefined || each.endpointName === endpointName,
    );
    return index < 0 ? undefined : this.ordered.splice(index, 1)[0]!.kind;
  }
}
