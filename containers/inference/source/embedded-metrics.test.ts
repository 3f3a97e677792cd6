import assert from "node:assert/strict";
import { EmbeddedMetrics } from "./embedded-metrics";

interface Line {
  readonly _aws: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
    }[];
  };
  readonly [name: string]: unknown;
}

describe("EmbeddedMetrics", () => {
  function collect() {
    const lines: Line[] = [];
    const metrics = new EmbeddedMetrics({
      dimensions: () => ({ Endpoint: "kennel-dev", Model: "sha256:0123" }),
      write: (line) => lines.push(JSON.parse(line) as Line),
    });
    return { lines, metrics };
  }

  it("writes one line with all values, their units and their dimensions", () => {
    const { lines, metrics } = collect();
    metrics.observe({ TotalTime: 12.345_6, Requests: 1 });
    metrics.observe({ TotalTime: 20, Requests: 1, Errors: 1 });
    assert.equal(lines.length, 0);
    metrics.flush();
    const { _aws, ...values } = lines[0]!;
    assert.deepEqual(values, {
      Endpoint: "kennel-dev",
      Model: "sha256:0123",
      TotalTime: [12.35, 20],
      Requests: [1, 1],
      Errors: [1],
    });
    assert.ok(Math.abs(_aws.Timestamp - Date.now()) < 60_000);
    assert.deepEqual(_aws.CloudWatchMetrics, [
      {
        Namespace: "Kennel/Inference",
        Dimensions: [["Endpoint", "Model"]],
        Metrics: [
          { Name: "TotalTime", Unit: "Milliseconds" },
          { Name: "Requests", Unit: "Count" },
          { Name: "Errors", Unit: "Count" },
        ],
      },
    ]);
  });

  it("writes no more than CloudWatch takes in one line, and loses nothing", () => {
    const { lines, metrics } = collect();
    for (let index = 0; index < 250; index += 1) metrics.observe({ Requests: 1 });
    metrics.flush();
    assert.deepEqual(
      lines.map(({ Requests }) => (Requests as number[]).length),
      [100, 100, 50],
    );
  });

  it("writes nothing when nothing has happened", () => {
    const { lines, metrics } = collect();
    metrics.flush();
    assert.equal(lines.length, 0);
  });
});
