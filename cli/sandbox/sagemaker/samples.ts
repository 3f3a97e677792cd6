/** How many instances of an endpoint's production variants took requests from a moment on. */
export interface Sample {
  /** Since the sandbox has started, by the machine's clock. */
  readonly seconds: number;
  readonly endpointName: string;
  readonly running: number;
}

/** What served when, for tests that a roll-out never shrinks an endpoint. */
export class Samples {
  readonly all: Sample[] = [];
  private readonly start = performance.now();

  add(endpointName: string, running: number): void {
    this.all.push({ seconds: (performance.now() - this.start) / 1000, endpointName, running });
  }
}
