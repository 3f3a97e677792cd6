import { validationException } from "./aws-error";
import type { Clock } from "./clock";
import { clientsOf } from "./context";
import { Functions } from "./lambda/functions";
import { Misfortunes } from "./misfortunes";
import type { Moto } from "./moto";
import type { Sample } from "./sagemaker/endpoints";
import { SageMaker } from "./sagemaker/service";

/** What the sandbox itself answers for in a region. */
interface Region {
  readonly sageMaker: SageMaker;
  readonly functions: Functions;
}

/** The sandbox's account: the regions that were asked for anything. */
export class Account {
  private readonly misfortunes = new Misfortunes();
  private readonly regions = new Map<string, Region>();

  constructor(
    private readonly moto: Moto,
    private readonly clock: Clock,
    private readonly folder: string,
    private readonly scripts: string,
    /** What tells a program in a region where the account is. */
    private readonly environmentOf: (region: string) => Readonly<Record<string, string>>,
  ) {}

  /** A region, from its first request on. */
  region(region: string): Region {
    const known = this.regions.get(region);
    if (known !== undefined) {
      return known;
    }
    const { clock, folder, misfortunes, moto, scripts } = this;
    const clients = clientsOf(moto, region);
    const environment = this.environmentOf(region);
    const context = { region, clock, folder, scripts, misfortunes, moto, clients, environment };
    const made = { sageMaker: new SageMaker(context), functions: new Functions(context) };
    this.regions.set(region, made);
    return made;
  }

  private get all(): Region[] {
    return [...this.regions.values()];
  }

  /**
   * Says what goes wrong with the next creation or update, of any endpoint or of one.
   *
   * @throws AwsError where there is no such kind, or nothing meets it
   */
  order(kind: string, endpointName?: string): void {
    const endpoints = this.all.flatMap(({ sageMaker }) => sageMaker.endpoints.all);
    this.misfortunes.order(kind, endpointName, endpoints);
  }

  /**
   * Says how many instances the requests to an endpoint ask for, in whichever region it is.
   *
   * @throws AwsError where there is none
   */
  aim(endpointName: string, instances: number): void {
    const owner = this.all.find(({ sageMaker }) => sageMaker.endpoints.find(endpointName));
    if (owner === undefined) {
      throw validationException(`Could not find endpoint "${endpointName}".`);
    }
    owner.sageMaker.scaler.aim(endpointName, instances);
  }

  /** What served when, everywhere. */
  get samples(): Sample[] {
    return this.all.flatMap(({ sageMaker }) => sageMaker.endpoints.samples);
  }

  /** Ends every process that was started for it. */
  async stop(): Promise<void> {
    await Promise.all(
      this.all.flatMap(({ sageMaker, functions }) => [sageMaker.stop(), functions.stop()]),
    );
  }
}
