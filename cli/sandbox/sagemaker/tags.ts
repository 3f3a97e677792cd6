import type { Tag } from "@aws-sdk/client-sagemaker";

/** Tags by ARN, of what this server knows; moto has those of the rest. */
export class Tags {
  private readonly tags = new Map<string, Map<string, string>>();

  /** Adds tags; a resource without any is known from then on, too. */
  put(arn: string, tags: readonly Tag[] = []): Tag[] {
    const known = this.tags.get(arn) ?? new Map<string, string>();
    tags.forEach(({ Key, Value }) => known.set(Key!, Value!));
    this.tags.set(arn, known);
    return this.list(arn);
  }

  remove(arn: string, keys: readonly string[]): void {
    keys.forEach((key) => this.tags.get(arn)?.delete(key));
  }

  list(arn: string): Tag[] {
    return [...(this.tags.get(arn) ?? [])].map(([Key, Value]) => ({ Key, Value }));
  }

  has(arn: string): boolean {
    return this.tags.has(arn);
  }

  forget(arn: string): void {
    this.tags.delete(arn);
  }
}
