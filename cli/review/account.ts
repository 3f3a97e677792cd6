import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { REPOSITORY } from "../repository";
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

interface PreviewDocument {
  readonly steps?: readonly {
    readonly op: string;
    readonly urn: string;
    readonly replaceReasons?: readonly string[] | null;
    readonly diffReasons?: readonly string[] | null;
    readonly detailedDiff?: Readonly<Record<string, { readonly kind: string }>> | null;
  }[];
}

/** The real preview, and the drift: what the stack's state says against what the account has. Nothing is changed. */
export async function reviewInAccount(stack: string, policyPack: string): Promise<AccountReview> {
  try {
    const preview = await pulumi(
      "preview",
      "--stack",
      stack,
      "--policy-pack",
      policyPack,
      "--json",
    );
    const drift = await pulumi("refresh", "--stack", stack, "--preview-only", "--json");
    return { preview: stepsOf(preview), drift: stepsOf(drift) };
  } catch (error) {
    return { preview: [], drift: [], failure: (error as Error).message };
  }
}

async function pulumi(...args: readonly string[]): Promise<PreviewDocument> {
  try {
    const { stdout } = await run("pulumi", [...args, "--non-interactive"], {
      cwd: REPOSITORY,
      maxBuffer: LARGEST_OUTPUT,
    });
    return JSON.parse(stdout) as PreviewDocument;
  } catch (error) {
    const { code, stderr = "" } = error as { readonly code?: unknown; readonly stderr?: string };
    const reason =
      code === "ENOENT" ? "pulumi is not installed" : stderr.trim() || (error as Error).message;
    throw new Error(`pulumi ${args[0]}: ${reason.split("\n").slice(-3).join(" ")}`, {
      cause: error,
    });
  }
}

/** Steps that do something, without values: a state may hold what nobody should read in a comment. */
function stepsOf({ steps = [] }: PreviewDocument): string[] {
  return steps
    .filter(({ op }) => op !== "same" && op !== "read" && !op.endsWith("-replacement"))
    .map(({ op, urn, replaceReasons, diffReasons, detailedDiff }) => {
      const why = replaceReasons ?? diffReasons ?? Object.keys(detailedDiff ?? {});
      return `${op}: ${shortUrn(urn)}${why.length > 0 ? ` (${why.join(", ")})` : ""}`;
    });
}
