import assert from "node:assert/strict";
import { only } from "../../testing/find";
import { testLocation } from "../../testing/location";
import { record, type RecordOptions } from "../../offline/recorder";
import { Dashboard, type DashboardEndpoint } from "./dashboard";

function newDashboard(endpoints: readonly DashboardEndpoint[]): Dashboard {
  return new Dashboard("dashboard", {
    naming: { project: "kennel", stack: "dev" },
    location: testLocation(),
    endpoints,
  });
}

interface Widget {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly properties: { readonly title: string; readonly metrics: unknown[][] };
}

describe("Dashboard", () => {
  it("has a row for each endpoint, within CloudWatch's 24 columns", async () => {
    const recording = await record(() =>
      newDashboard([
        { title: "single", endpointName: "kennel-dev-single", functionName: "kennel-dev-single" },
        { title: "multi", endpointName: "kennel-dev-multi" },
      ]),
    );
    const { inputs } = only(recording, "aws:cloudwatch/dashboard:Dashboard");
    assert.equal(inputs["dashboardName"], "kennel-dev");
    const { widgets } = JSON.parse(String(inputs["dashboardBody"])) as { widgets: Widget[] };
    assert.deepEqual(
      widgets.map(({ y, properties }) => `${y} ${properties.title}`),
      [
        "0 single: requests",
        "0 single: latency (µs)",
        "0 single: load (%)",
        "0 single: function",
        "6 multi: requests",
        "6 multi: latency (µs)",
        "6 multi: load (%)",
      ],
    );
    assert.ok(widgets.every(({ x, width }) => x + width <= 24));
    assert.deepEqual(widgets[0]?.properties.metrics[0], [
      "AWS/SageMaker",
      "Invocations",
      "EndpointName",
      "kennel-dev-single",
      "VariantName",
      "primary",
      { stat: "Sum" },
    ]);
  });

  it("shows a shadow beside what it shadows", async () => {
    const endpoint = { title: "main", endpointName: "live", shadowVariantName: "shadow" };
    const recording = await record(() => newDashboard([endpoint]));
    const { inputs } = only(recording, "aws:cloudwatch/dashboard:Dashboard");
    const { widgets } = JSON.parse(String(inputs["dashboardBody"])) as { widgets: Widget[] };
    assert.deepEqual(
      widgets.map(({ properties }) =>
        properties.metrics
          .filter((metric) => metric.includes("shadow"))
          .map((metric) => (metric.at(-1) as { label: string }).label),
      ),
      [
        ["shadow: Invocations Sum", "shadow: Invocation5XXErrors Sum"],
        ["shadow: ModelLatency p50", "shadow: ModelLatency p99"],
        [],
      ],
    );
  });

  for (const [partition, domain] of [
    ["aws", "console.aws.amazon.com"],
    ["aws-cn", "console.amazonaws.cn"],
    ["aws-us-gov", "console.amazonaws-us-gov.com"],
  ] as const) {
    it(`is found in the console of ${partition}`, async () => {
      const options: RecordOptions = { partition };
      const { result } = await record(() => newDashboard([]).url, options);
      assert.equal(
        result,
        `https://us-east-1.${domain}/cloudwatch/home?region=us-east-1#dashboards/dashboard/kennel-dev`,
      );
    });
  }
});
