import { parseArgs } from "node:util";

import { CONTESTANTS } from "./contestants";
import type { Scenario } from "./measure";
import { PRECISIONS, type Precision } from "./models";
import { PHOTO_KINDS, type PhotoKind } from "./photos";

export interface Choices {
  /** Names of contestants, and `raw`. */
  readonly servers: readonly string[];
  readonly precision: Precision;
  readonly rounds: number;
  /** Of each load. */
  readonly seconds: number;
  readonly warmUp: number;
  readonly scenarios: readonly Scenario[];
}

const SERVERS = ["raw", ...CONTESTANTS.map(({ name }) => name)];
/** TorchServe as it comes needs most of a run's time to be three times slower than tuned. */
const DEFAULT_SERVERS = SERVERS.filter((name) => name !== "torchserve");
/** 12-megapixel photos are decoded, which the number of clients hardly changes. */
const LARGE_CONNECTIONS = 4;

/** @throws an Error that names the option and what is allowed */
export function parseChoices(given: readonly string[]): Choices {
  const { values } = parseArgs({
    args: [...given],
    options: {
      servers: { type: "string", default: DEFAULT_SERVERS.join(",") },
      precision: { type: "string", default: "fp32" },
      photos: { type: "string", default: "ordinary,large" },
      connections: { type: "string", default: "1,4,16" },
      rounds: { type: "string", default: "3" },
      seconds: { type: "string", default: "3" },
    },
  });
  const photos = names("photos", values.photos, Object.keys(PHOTO_KINDS)) as PhotoKind[];
  const connections = values.connections
    .split(",")
    .map((text) => wholeNumber("connections", text, 1000));
  const servers = names("servers", values.servers, SERVERS);
  if (servers.every((name) => name === "raw")) {
    throw new Error(
      "--servers has raw alone, which is measured around a server's loads: add kennel.",
    );
  }
  return {
    servers,
    precision: names("precision", values.precision, PRECISIONS)[0] as Precision,
    rounds: wholeNumber("rounds", values.rounds, 100),
    seconds: wholeNumber("seconds", values.seconds, 600),
    warmUp: 1,
    scenarios: photos.flatMap((kind) =>
      (kind === "large" ? [LARGE_CONNECTIONS] : connections).map((count) => ({
        photos: kind,
        connections: count,
      })),
    ),
  };
}

function names(option: string, text: string, allowed: readonly string[]): string[] {
  const given = text.split(",");
  const unknown = given.find((name) => !allowed.includes(name));
  if (unknown === undefined) return given;
  throw new Error(`--${option} has "${unknown}"; allowed are ${allowed.join(", ")}, with commas.`);
}

function wholeNumber(option: string, text: string, largest: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= largest) return number;
  throw new Error(`--${option} has "${text}"; allowed is a whole number from 1 to ${largest}.`);
}
