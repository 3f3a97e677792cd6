import { execFile } from "node:child_process";
import { promisify } from "node:util";

import type { EngineEvent } from "@pulumi/pulumi/automation";

import { refreshed } from "../stack/refreshed";
import { shortUrn } from "./urns";

/** What the engine says of a stack that is deployed. */
export interface AccountReview {
  /** What `pulumi up` would do, resource by resource; empty where nothing. */
  readonly preview: readonly string[];
  /** What was changed in AWS since the last update. */
  readonly drift: readonly string[];
  /** Why there is no answer. */
  readonly failure?: string;
}

const run = promisify(execFile);
const LARGEST_OUTPUT = 256 * 1024 * 1024;

/** What `pulumi preview --json` and `pulumi refresh --json` print. */
interface PreviewDocument {
  readonly steps?: readonly Step[];
  readonly diagnostics?: readonly { readonly message: string; readonly severity: string }[];
}

interface Step {
  readonly op: string;
  readonly urn: string;
  readonly replaceReasons?: readonly string[] | null;
  readonly diffReasons?: readonly string[] | null;
  readonly detailedDiff?: Readonly<Record<string, { readonly kind: string }>> | null;
}

/**
 * The real preview, and the drift: what the stack's state says against what the account has. Nothing is changed.
 *
 * @param policyConfig the file with the levels of the pack's rules; undefined where they keep their own
 */
export async function reviewInAccount(
  project: string,
  stack: string,
  policyPack: string,
  policyConfig?: string,
): Promise<AccountReview> {
  const judged = ["--policy-pack", policyPack];
  if (policyConfig !== undefined) {
    judged.push("--policy-pack-config", policyConfig);
  }
  try {
    const preview = await pulumi(project, "preview", "--stack", stack, ...judged, "--json");
    const drift = await pulumi(project, "refresh", "--stack", stack, "--preview-only", "--json");
    return { preview: changesOf(JSON.parse(preview) as PreviewDocument), drift: driftOf(drift) };
  } catch (error) {
    return { preview: [], drift: [], failure: (error as Error).message };
  }
}

async function pulumi(cwd: string, ...args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await run("pulumi", [...args, "--non-interactive"], {
      cwd,
      env: {
        ...process.env,
        ...(args[0] === "refresh" ? { PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" } : {}),
      },
      maxBuffer: LARGEST_OUTPUT,
    });
    return stdout;
  } catch (error) {
    throw new Error(`pulumi ${args[0]}: ${reasonOf(error)}`, { cause: error });
  }
}

/** With `--json`, what the engine complains of is in the document, and standard error is empty. */
function reasonOf(error: unknown): string {
  const { code, stderr, stdout, message } = error as Error & {
    readonly code?: unknown;
    readonly stderr?: string;
    readonly stdout?: string;
  };
  if (code === "ENOENT") {
    return "pulumi is not installed";
  }
  const reason = stderr?.trim() || complaintsIn(stdout) || message;
  return reason.split("\n").slice(-3).join(" ");
}

function complaintsIn(stdout = ""): string {
  try {
    const { diagnostics = [] } = JSON.parse(stdout) as PreviewDocument;
    return diagnostics
      .filter(({ severity }) => severity === "error")
      .map(({ message }) => message.trim())
      .join("\n");
  } catch {
    return "";
  }
}

/** Steps that do something, without values: a state may hold what nobody should read in a comment. */
function changesOf({ steps = [] }: PreviewDocument): string[] {
  return steps
    .filter(({ op }) => op !== "same" && op !== "read" && !op.endsWith("-replacement"))
    .map(({ op, urn, replaceReasons, diffReasons, detailedDiff }) =>
      line(op, urn, replaceReasons ?? diffReasons ?? Object.keys(detailedDiff ?? {})),
    );
}

/**
 * What a refresh found, without values, too. Its JSON document is made before anything is read; only the stream of events tells
 * what was: one JSON object a line.
 */
function driftOf(events: string): string[] {
  return events
    .split("\n")
    .filter((each) => each.startsWith("{"))
    .flatMap((each) => refreshed(JSON.parse(each) as EngineEvent) ?? [])
    .map(({ isDeleted, urn, properties }) =>
      line(isDeleted ? "delete" : "update", urn, properties),
    );
}

function line(op: string, urn: string, why: readonly string[]): string {
  return `${op}: ${shortUrn(urn)}${why.length > 0 ? ` (${why.join(", ")})` : ""}`;
}
