import { S3Client } from "@aws-sdk/client-s3";
import pMap from "p-map";

import { clientSettings } from "../aws/clients";
import { UserError } from "../output/failure";
import { print } from "../output/print";
import { step } from "../output/progress";
import { percent } from "../output/quantities";
import { renderTable } from "../output/table";
import { readStackOutputs } from "../stack/read-outputs";
import { addressOf, type Artefact, listArtefacts } from "./artefacts";
import { type ModelFacts, photosMatch, readFacts } from "./model-facts";

/** A model in the stack's bucket. */
interface Model {
  readonly artefact: Artefact;
  /** Undefined where the archive holds no model. */
  readonly facts: ModelFacts | undefined;
  /** Endpoints that the stack serves it with. */
  readonly servedBy: readonly string[];
}

interface Options {
  readonly stack: string;
  readonly json?: boolean;
}

const AT_A_TIME = 4;
/** Hexadecimal digits by which the server calls a model. */
const SHORT = 12;

/** `kennel models`: every model of the stack's bucket. */
export async function listModels({ stack, json }: Options): Promise<void> {
  const models = await readModels(stack);
  print(json, models.map(documentOf), () =>
    models.length === 0
      ? `The bucket of the stack ${stack} has no models yet: kennel train NAME makes one.`
      : renderTable(HEADINGS, models.map(row)),
  );
}

/**
 * `kennel models DIGEST`: from a served answer's `model` to what it comes from and every photo's checksum, as `sha256sum -c`
 * reads it.
 *
 * @param digest - the beginning of model.onnx's SHA-256, as in `sha256:0123456789ab`.
 */
export async function showModel(digest: string, { stack, json }: Options): Promise<void> {
  const wanted = digest.toLowerCase().replace(/^sha256:/, "");
  if (!/^[0-9a-f]{6,64}$/.test(wanted)) {
    throw new UserError(
      `"${digest}" is not a model's digest: at least 6 hexadecimal digits, for example sha256:0123456789ab, as answers name it under "model".`,
    );
  }
  const models = await readModels(stack);
  const found = models.filter(({ facts }) => facts?.digest.startsWith(wanted) === true);
  const [first] = found;
  if (first?.facts === undefined) {
    throw new UserError(
      `the bucket of the stack ${stack} has no model whose digest begins with ${wanted}: kennel models lists those that are there.`,
    );
  }
  if (new Set(found.map(({ facts }) => facts!.digest)).size > 1) {
    throw new UserError(
      `several models' digests begin with ${wanted}: ${found.map(({ facts }) => facts!.digest.slice(0, 16)).join(", ")}. Give more digits.`,
    );
  }
  const match = photosMatch(first.facts);
  const { photos } = first.facts;
  const addresses = found.map(({ artefact }) => addressOf(artefact));
  print(json, { ...documentOf(first), addresses, photosMatchData: match, photos }, () =>
    renderModel(found, match),
  );
  if (match === false) {
    console.error("The photos are not those that the model's fingerprint of its data names.");
    process.exitCode = 1;
  }
}

async function readModels(stack: string): Promise<Model[]> {
  const { region, outputs } = await step(`Reading the stack ${stack}`, () =>
    readStackOutputs(stack),
  );
  const s3 = new S3Client(clientSettings(region));
  return step(`Reading the models in ${outputs.bucketName}`, async () => {
    const artefacts = await listArtefacts(s3, outputs.bucketName);
    const read = async (artefact: Artefact): Promise<Model> => ({
      artefact,
      facts: await readFacts(s3, artefact),
      servedBy: Object.entries(outputs.modelUris)
        .filter(([, uri]) => uri === addressOf(artefact))
        .map(([endpoint]) => endpoint),
    });
    return pMap(artefacts, read, { concurrency: AT_A_TIME });
  });
}

const HEADINGS = [
  "MODEL",
  "ACCURACY",
  "LOSS",
  "DATA",
  "COMMIT",
  "IMAGE",
  "WRITTEN",
  "SERVED BY",
  "ADDRESS",
];

function row({ artefact, facts, servedBy }: Model): string[] {
  return [
    facts?.digest.slice(0, SHORT) ?? "not a model",
    facts?.testAccuracy === undefined ? "" : percent(facts.testAccuracy),
    facts?.testLoss?.toFixed(4) ?? "",
    facts?.data?.slice(0, SHORT) ?? "",
    shortCommit(facts?.commit),
    /@sha256:(\w{12})/.exec(facts?.image ?? "")?.[1] ?? "",
    artefact.written.toISOString().slice(0, 16).replace("T", " "),
    servedBy.join(", "),
    addressOf(artefact),
  ];
}

function shortCommit(commit: string | undefined): string {
  return commit === undefined ? "" : commit.replace(/^([0-9a-f]{7})[0-9a-f]*/, "$1");
}

function documentOf({ artefact, facts, servedBy }: Model): object {
  const { photos, job = artefact.job, ...known } = facts ?? { digest: null };
  return {
    ...known,
    job,
    photoCount: photos === undefined ? undefined : Object.keys(photos).length,
    address: addressOf(artefact),
    bytes: artefact.bytes,
    written: artefact.written,
    servedBy,
  };
}

function renderModel(found: readonly Model[], match: boolean | undefined): string {
  const { facts, artefact } = found[0]!;
  const { digest, testAccuracy, testLoss, data, commit, image, job, photos = {} } = facts!;
  const endpoints = [...new Set(found.flatMap(({ servedBy }) => servedBy))];
  const names = Object.keys(photos);
  const checked = match === true ? ", checked against it" : "";
  const lines = [
    ["model", `sha256:${digest}`],
    ...found.map((each) => ["address", addressOf(each.artefact)]),
    ["served by", endpoints.join(", ") || "no endpoint of the stack"],
    ["test accuracy", testAccuracy === undefined ? undefined : percent(testAccuracy)],
    ["test loss", testLoss?.toFixed(4)],
    ["job", job ?? artefact.job],
    ["commit", commit],
    ["training image", image],
    ["data fingerprint", data],
    ["photos", names.length === 0 ? "not recorded" : `${names.length}${checked}`],
  ];
  return [
    ...lines.map(([title, value]) => `# ${title!.padEnd(17)} ${value ?? "not recorded"}`),
    ...names.map((name) => `${photos[name]}  ${name}`),
  ].join("\n");
}
