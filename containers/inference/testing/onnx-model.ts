import { bytes, integer, message, type Field } from "./protobuf";

/** Field numbers and element types are those of onnx.proto3 in github.com/onnx/onnx. */
const float = 1;
const uint8 = 2;

export interface ModelShape {
  /** Pixels of the square input. @default 32 */
  readonly size?: number;
  /** @default "image" */
  readonly inputName?: string;
  /** Element type of the input: 2 is uint8, 1 is float32. @default 2 */
  readonly inputType?: number;
  /** Columns are the classes: logits = mean colour [3] x weights [3, classes]. */
  readonly weights: readonly (readonly number[])[];
  /**
   * Products of two 1024 x 1024 matrices computed beside the answer, some 40 ms each, so that a test can be faster than the
   * model. @default 0
   */
  readonly products?: number;
  /**
   * Whether photos given together get one row of logits for all of them, as from a graph that was made for a single photo.
   * @default false
   */
  readonly isForOne?: boolean;
}

/** A classifier that looks at nothing but a photo's mean colour: uint8 [N, size, size, 3] -> float32 [N, classes]. */
export function onnxModel(shape: ModelShape): Buffer {
  const {
    size = 32,
    inputName = "image",
    inputType = uint8,
    weights,
    products = 0,
    isForOne = false,
  } = shape;
  const classes = weights[0]!.length;
  const answer = isForOne ? "rows" : "logits";
  const nodes = [
    node("Cast", [inputName], ["pixels"], [attribute("to", float)]),
    node("ReduceMean", ["pixels"], ["colour"], [axes(1, 2), attribute("keepdims", 0)]),
    node("MatMul", ["colour", "weights"], [products > 0 ? "fast" : answer]),
    ...(products > 0 ? slowNodes(products, answer) : []),
    ...(isForOne ? [node("Flatten", [answer], ["logits"], [attribute("axis", 0)])] : []),
  ];
  const initializers = [
    tensor("weights", [3, classes], weights.flat()),
    ...(products > 0
      ? [
          tensor("spread", [3, 1024], new Array<number>(3 * 1024).fill(1e-6)),
          tensor("zero", [], [0]),
        ]
      : []),
  ];
  const graph = [
    ...nodes,
    bytes(2, "colour"),
    ...initializers,
    valueInfo(11, inputName, inputType, ["N", size, size, 3]),
    valueInfo(12, "logits", float, ["N", classes]),
  ];
  return Buffer.concat([
    integer(1, 8),
    message(7, graph),
    message(8, [bytes(1, ""), integer(2, 13)]),
  ]);
}

/** [32, 32, 3] x [3, 1024], then products of that square matrix, whose mean is added to the answer times zero. */
function slowNodes(products: number, answer: string): Field[] {
  const chain = Array.from({ length: products }, (_, index) =>
    node("MatMul", [index === 0 ? "square" : `product${index}`, "square"], [`product${index + 1}`]),
  );
  return [
    node("MatMul", ["pixels", "spread"], ["lifted"]),
    node("Flatten", ["lifted"], ["square"], [attribute("axis", 3)]),
    ...chain,
    node("ReduceMean", [`product${products}`], ["mean"], [attribute("keepdims", 0)]),
    node("Mul", ["mean", "zero"], ["nothing"]),
    node("Add", ["fast", "nothing"], [answer]),
  ];
}

function node(
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: readonly Field[] = [],
): Field {
  return message(1, [
    ...inputs.map((name) => bytes(1, name)),
    ...outputs.map((name) => bytes(2, name)),
    bytes(4, operator),
    ...attributes,
  ]);
}

function attribute(name: string, value: number): Field {
  return message(5, [bytes(1, name), integer(3, value), integer(20, 2)]);
}

function axes(...values: readonly number[]): Field {
  return message(5, [
    bytes(1, "axes"),
    ...values.map((value) => integer(8, value)),
    integer(20, 7),
  ]);
}

function tensor(name: string, dimensions: readonly number[], values: readonly number[]): Field {
  return message(5, [
    ...dimensions.map((size) => integer(1, size)),
    integer(2, float),
    bytes(8, name),
    bytes(9, Buffer.from(Float32Array.from(values).buffer)),
  ]);
}

function valueInfo(
  field: number,
  name: string,
  elementType: number,
  dimensions: readonly (number | string)[],
): Field {
  const shape = dimensions.map((size) =>
    message(1, [typeof size === "number" ? integer(1, size) : bytes(2, size)]),
  );
  return message(field, [
    bytes(1, name),
    message(2, [message(1, [integer(1, elementType), message(2, shape)])]),
  ]);
}
