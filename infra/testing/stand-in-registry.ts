/**
 * A stand-in for ECR and for the builder that `awsx.ecr.Image` hands its work to.
 *
 * Like Pulumi's docker-build provider it builds again when a byte or a permission in the context has changed, pushes what it has
 * built, and deletes what it has pushed from the registry when it is deleted itself. Like ECR it refuses a second push to an
 * immutable tag. No two builds give the same digest. Sources: pulumi/pulumi-docker-build, provider/internal/image.go, context.go
 * and client.go; pulumi/pulumi-awsx, awsx/ecr/image.ts.
 */
import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

type Properties = Record<string, unknown>;

/** The type of what builds. */
export const buildType = "docker-build:index:Image";
const repositoryType = "aws:ecr/repository:Repository";

/** What a build answers with beside its inputs, and what the engine adds to those. */
const computed: ReadonlySet<string> = new Set(["contextHash", "digest", "ref", "__defaults"]);

/** The inputs of a build that are looked at here, as awsx gives them. */
interface Build extends Properties {
  readonly tags: readonly string[];
  readonly push: boolean;
  readonly context: { readonly location: string };
  readonly dockerfile: { readonly location?: string; readonly inline?: string };
  readonly platforms: readonly string[];
}

/** Repositories of images, and what builds them. */
export class StandInRegistry {
  /** `repository:tag` of every push, in order. */
  readonly pushes: string[] = [];
  private readonly images = new Map<string, Map<string, string>>();

  /** @param workingDirectory where the engine runs: contexts are relative to it */
  constructor(private readonly workingDirectory: string) {}

  /** What `aws ecr list-images` shows. */
  list(repositoryName: string): { readonly imageTag: string; readonly imageDigest: string }[] {
    const tags = this.images.get(repositoryName);
    if (tags === undefined) {
      throw new Error(
        `RepositoryNotFoundException: The repository with name '${repositoryName}' does not exist`,
      );
    }
    return [...tags].map(([imageTag, imageDigest]) => ({ imageTag, imageDigest }));
  }

  /** Whether an image with this address, `….amazonaws.com/name@sha256:…`, can be pulled. */
  has(uri: string): boolean {
    const [, repository = "", digest = ""] = /^[^/]+\/(.+)@(.+)$/.exec(uri) ?? [];
    return [...(this.images.get(repository)?.values() ?? [])].includes(digest);
  }

  /** Creates a repository, or builds; gives other resources their state back. */
  create(type: string, id: string, state: Properties): Properties {
    if (type === repositoryType) {
      if (this.images.has(id)) {
        throw new Error(`RepositoryAlreadyExistsException: ${id}`);
      }
      this.images.set(id, new Map());
    }
    return type === buildType ? this.build(state) : state;
  }

  /** Builds again; gives other resources their state back. */
  update(type: string, state: Properties, news: Properties): Properties {
    return type === buildType ? this.build(news) : state;
  }

  /** Deletes a repository, or what a build has pushed. */
  delete(type: string, id: string, { forceDelete, tags, digest }: Properties): void {
    if (type === repositoryType) {
      if (forceDelete !== true && this.list(id).length > 0) {
        throw new Error(`RepositoryNotEmptyException: ${id} still contains images`);
      }
      this.images.delete(id);
    }
    for (const tag of type === buildType ? (tags as Build["tags"]) : []) {
      const repository = this.images.get(parts(tag).repository);
      for (const [name, pushed] of repository ?? []) {
        if (pushed === digest) {
          repository!.delete(name);
        }
      }
    }
  }

  /** What awsx asks the builder for. */
  buildOf({ repositoryUrl, imageTag, context, dockerfile, platform }: Properties): {
    readonly name: string;
    readonly inputs: Build;
  } {
    const tag = `${repositoryUrl}:${imageTag}`;
    return {
      name: String(imageTag),
      inputs: {
        tags: [tag],
        cacheFrom: [{ registry: { ref: tag } }],
        cacheTo: [{ inline: {} }],
        context: { location: String(context) },
        dockerfile: { location: String(dockerfile) },
        platforms: [String(platform)],
        push: true,
      },
    };
  }

  /** Whether a build would be done again. */
  differs(state: Properties, news: Properties): boolean {
    const inputs = Object.keys({ ...state, ...news }).filter((key) => !computed.has(key));
    return (
      state["contextHash"] !== this.contextHash(news as Build) ||
      inputs.some((key) => JSON.stringify(state[key]) !== JSON.stringify(news[key]))
    );
  }

  /** Builds, pushes where it is told to, and answers with the state. */
  private build(inputs: Properties): Properties {
    const { tags, push } = inputs as Build;
    const contextHash = this.contextHash(inputs as Build);
    if (!push) {
      return { ...inputs, contextHash, ref: tags[0] };
    }
    const { repository, tag } = parts(tags[0] ?? "");
    const images = this.images.get(repository);
    if (images === undefined || images.has(tag)) {
      throw new Error(
        images === undefined
          ? `${repository}: repository not found`
          : `The image tag '${tag}' already exists in the '${repository}' repository and cannot be overwritten because the tag is immutable.`,
      );
    }
    const digest = `sha256:${sha256(`build ${this.pushes.length} of ${contextHash}`)}`;
    images.set(tag, digest);
    this.pushes.push(`${repository}:${tag}`);
    return { ...inputs, contextHash, digest, ref: `${tags[0]}@${digest}` };
  }

  private contextHash({ context, dockerfile }: Build): string {
    const root = resolve(this.workingDirectory, context.location);
    const files = readdirSync(root, { recursive: true, encoding: "utf8" }).sort();
    const parts = files.flatMap((file) => {
      const stats = lstatSync(join(root, file));
      const content = stats.isFile() ? readFileSync(join(root, file)) : "";
      return stats.isFile() ? [file, stats.mode.toString(8), sha256(content)] : [];
    });
    const instructions =
      dockerfile.inline ??
      readFileSync(resolve(this.workingDirectory, dockerfile.location!), "utf8");
    return sha256([instructions, ...parts].join("\0"));
  }
}

/** Takes `account.dkr.ecr.region.amazonaws.com/team/image:tag` apart. */
function parts(reference: string): { readonly repository: string; readonly tag: string } {
  const [, repository = "", tag = ""] = /^[^/]+\/(.+):([^:]+)$/.exec(reference) ?? [];
  return { repository, tag };
}

function sha256(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}
