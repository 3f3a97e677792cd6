import * as fs from "node:fs";
import * as path from "node:path";
import { gunzipSync } from "node:zlib";
import { PYTHON } from "../../../scripts/python-environment";

/** What a member or a list's element refers to. */
export interface ShapeReference {
  readonly shape: string;
}

/** A type of a request. */
export interface Shape {
  readonly type: string;
  /** Of a structure. */
  readonly members?: Readonly<Record<string, ShapeReference>>;
  /** Of a structure: any JSON value stands in its place. */
  readonly document?: boolean;
  /** Of a list. */
  readonly member?: ShapeReference;
  /** Of a map. */
  readonly value?: ShapeReference;
  /** Of a text: all it may be. */
  readonly enum?: readonly string[];
}

/** One AWS service as botocore describes it. */
export interface ServiceModel {
  readonly operations: Readonly<Record<string, { readonly input?: ShapeReference }>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

const loaded = new Map<string, ServiceModel>();

/** Where the environment's botocore keeps its models. */
function dataDirectory(): string {
  const libraries = path.resolve(path.dirname(PYTHON), "..", "lib");
  const found = (fs.existsSync(libraries) ? fs.readdirSync(libraries) : [])
    .map((python) => path.join(libraries, python, "site-packages", "botocore", "data"))
    .find((directory) => fs.existsSync(directory));
  if (found === undefined) {
    throw new Error(
      `AWS's service models are part of the Python environment, and ${path.dirname(libraries)} has no botocore. ` +
        "Make the environment with: npm run setup:python",
    );
  }
  return found;
}

/**
 * The newest model of a service.
 *
 * @param service botocore's name, such as `application-autoscaling`
 * @throws Error when the Python environment or the service is missing
 */
export function serviceModel(service: string): ServiceModel {
  const known = loaded.get(service);
  if (known !== undefined) {
    return known;
  }
  const directory = path.join(dataDirectory(), service);
  if (!fs.existsSync(directory)) {
    throw new Error(`botocore does not know the service ${service}.`);
  }
  const newest = fs
    .readdirSync(directory)
    .filter((version) => /^\d{4}-\d\d-\d\d$/.test(version))
    .sort()
    .at(-1)!;
  const packed = fs.readFileSync(path.join(directory, newest, "service-2.json.gz"));
  const model = JSON.parse(gunzipSync(packed).toString("utf8")) as ServiceModel;
  loaded.set(service, model);
  return model;
}

/**
 * The name of the shape that an operation's request has.
 *
 * @throws Error when the service has no such operation
 */
export function inputShape(service: string, operation: string): string {
  const found = serviceModel(service).operations[operation];
  if (found === undefined) {
    throw new Error(`${service} has no operation ${operation}.`);
  }
  if (found.input === undefined) {
    throw new Error(`${service}'s ${operation} takes nothing.`);
  }
  return found.input.shape;
}

/** A shape by name. */
export function shapeOf(model: ServiceModel, name: string): Shape {
  const shape = model.shapes[name];
  if (shape === undefined) {
    throw new Error(`The service model has no shape ${name}.`);
  }
  return shape;
}
