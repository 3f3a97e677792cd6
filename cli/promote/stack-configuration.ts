import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";

import { type Document, isMap, isScalar, parseDocument } from "yaml";

import { UserError } from "../output/failure";
import { REPOSITORY } from "../repository";

/** A model as an endpoint's configuration names it. */
export interface ConfiguredModel {
  readonly model: string;
  /** KMS key of its bucket, where that is not the stack's own. */
  readonly modelKmsKeyArn?: string | undefined;
}

/** A stack's configuration file, edited without touching what else is in it, comments included. */
export class StackConfiguration {
  readonly file: string;

  constructor(stack: string, directory: string = REPOSITORY) {
    const file = path.join(directory, `Pulumi.${stack}.yaml`);
    this.file = existsSync(file) ? file : file.replace(/yaml$/, "yml");
  }

  /** The whole text. */
  read(): string {
    return readFileSync(this.file, "utf8");
  }

  /** Puts a text of {@link read} back, or any other, all at once. */
  write(text: string): void {
    const next = `${this.file}.next`;
    writeFileSync(next, text);
    renameSync(next, this.file);
  }

  /**
   * The model of an endpoint, as it is written; undefined where there is none yet.
   *
   * @throws UserError where the stack has no such endpoint, or somebody else manages it
   */
  model(endpoint: string): ConfiguredModel | undefined {
    const { settings } = this.endpoint(endpoint);
    const { model, modelKmsKeyArn } = settings;
    return typeof model === "string"
      ? { model, modelKmsKeyArn: modelKmsKeyArn as string | undefined }
      : undefined;
  }

  /** Writes the model of an endpoint. */
  setModel(endpoint: string, { model, modelKmsKeyArn }: ConfiguredModel): void {
    const { document, place, settings } = this.endpoint(endpoint);
    const text = this.read();
    const node = document.getIn([...place, "model"], true);
    const isOneLine = isScalar(node) && /^(PLAIN|QUOTE_)/.test(node.type ?? "");
    if (isOneLine && node.range && settings["modelKmsKeyArn"] === modelKmsKeyArn) {
      const [start, end] = node.range;
      const value = /^[\w./:-]+$/.test(model) ? model : JSON.stringify(model);
      this.write(text.slice(0, start) + value + text.slice(end));
      return;
    }
    document.setIn([...place, "model"], model);
    if (modelKmsKeyArn === undefined) {
      document.deleteIn([...place, "modelKmsKeyArn"]);
    } else {
      document.setIn([...place, "modelKmsKeyArn"], modelKmsKeyArn);
    }
    this.write(document.toString({ lineWidth: 0 }));
  }

  private endpoint(name: string): {
    document: Document;
    place: string[];
    settings: Readonly<Record<string, unknown>>;
  } {
    const document = parseDocument(this.read());
    const config = document.get("config");
    const keys = isMap(config) ? config.items.map(({ key }) => String(key)) : [];
    const key = keys.find((each) => /^([\w-]+:)?endpoints$/.test(each)) ?? "kennel:endpoints";
    const place = ["config", key, name];
    const known = document.getIn(["config", key]);
    const names = isMap(known) ? known.items.map((item) => String(item.key)) : [];
    if (!names.includes(name)) {
      throw new UserError(
        `${this.file} declares no endpoint ${name}. Endpoints: ${names.join(", ") || "none"}; add it under ${key}.`,
      );
    }
    const node = document.getIn(place);
    const settings = isMap(node) ? (node.toJSON() as Record<string, unknown>) : {};
    if (settings["existing"] !== undefined) {
      throw new UserError(
        `the endpoint ${name} is somebody else's (existing: ${String(settings["existing"])}): this stack does not change its model.`,
      );
    }
    return { document, place, settings };
  }
}
