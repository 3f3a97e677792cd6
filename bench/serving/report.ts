import { renderSpread, spread } from "../spread";
import { table } from "../table";
import type { LoadMeasurement, Scenario, ServerMeasurement } from "./measure";
import type { Round } from "./run";

/** All rounds as Markdown: a table for each load, then starting and memory. */
export function renderRounds(rounds: readonly Round[], scenarios: readonly Scenario[]): string {
  const names = Object.keys(rounds[0]?.servers ?? {});
  const parts = scenarios.map((scenario) => renderScenario(rounds, names, scenario));
  return [renderRaw(rounds), ...parts, renderStarts(rounds, names)].join("\n\n");
}

function renderRaw(rounds: readonly Round[]): string {
  const limits = rounds.flatMap(({ servers }) =>
    Object.values(servers).flatMap(({ loads }) => loads.flatMap(({ limit }) => limit ?? [])),
  );
  if (limits.length === 0) return "onnxruntime-node alone was not measured.";
  const images = renderSpread(spread(limits.map(({ imagesPerSecond }) => imagesPerSecond)), 1);
  const single = renderSpread(spread(limits.map(({ p50AllCores }) => p50AllCores)), 1);
  return `onnxruntime-node alone, around each load: ${images} images/s; one at a time on all cores: p50 ${single} ms.`;
}

function renderScenario(rounds: readonly Round[], names: readonly string[], scenario: Scenario) {
  const { photos, connections } = scenario;
  const rows = names.map((name) => {
    const loads = rounds.map(({ servers }) =>
      servers[name]!.loads.find(
        (each) => each.photos === photos && each.connections === connections,
      )!,
    );
    const column = (pick: (load: LoadMeasurement) => number, digits: number) =>
      renderSpread(spread(loads.map(pick)), digits);
    return [
      name,
      column((load) => load.requestsPerSecond, 1),
      column(ofLimit, 2),
      column((load) => load.p50, 1),
      column((load) => load.p99, 1),
      column((load) => load.p99 / load.p50, 2),
      column((load) => load.pingP99, 1),
      String(loads.reduce((sum, { failed }) => sum + failed, 0)),
      column((load) => load.clientProcessor, 2),
    ];
  });
  const clients = connections === 1 ? "1 connection" : `${connections} connections`;
  const header = [
    "server",
    "req/s",
    connections === 1 ? "p50 of raw's" : "of raw",
    "p50, ms",
    "p99, ms",
    "p99/p50",
    "/ping p99, ms",
    "failed",
    "clients' core",
  ];
  return `### ${photos} photos, ${clients}\n\n${table([header, ...rows])}`;
}

/** The share of onnxruntime-node's throughput; for one client, how many times its latency on all cores. */
function ofLimit({ connections, requestsPerSecond, p50, limit }: LoadMeasurement): number {
  if (!limit) return NaN;
  return connections === 1 ? p50 / limit.p50AllCores : requestsPerSecond / limit.imagesPerSecond;
}

function renderStarts(rounds: readonly Round[], names: readonly string[]): string {
  const rows = names.map((name) => {
    const all = rounds.map(({ servers }) => servers[name]!);
    const column = (pick: (each: ServerMeasurement) => number) =>
      renderSpread(spread(all.map(pick)), 0);
    return [
      name,
      column(({ coldStart }) => coldStart.ping),
      column(({ coldStart }) => coldStart.answer),
      column(({ memory }) => memory.ordinary?.pss ?? NaN),
      column(({ memory }) => memory.large?.pss ?? NaN),
      column(({ memory }) => Math.max(memory.ordinary?.peakRss ?? 0, memory.large?.peakRss ?? 0)),
    ];
  });
  const header = [
    "server",
    "start to /ping, ms",
    "to first answer, ms",
    "memory, MB",
    "after large photos, MB",
    "peak of resident sets, MB",
  ];
  return `### Starting and memory\n\n${table([header, ...rows])}`;
}
