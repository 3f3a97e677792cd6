import { InvalidArgumentError } from "commander";

/** Reads an option's value that must be a number above 0. */
export function positive(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value > 0) || !Number.isFinite(value)) {
    throw new InvalidArgumentError("Allowed: a number above 0.");
  }
  return value;
}

/** Reads an option's value that must be a whole number, 0 or more. */
export function whole(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isInteger(value) || value < 0) {
    throw new InvalidArgumentError("Allowed: a whole number, 0 or more.");
  }
  return value;
}

/** Reads an option's value that must be a whole number, 1 or more. */
export function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new InvalidArgumentError("Allowed: a whole number, 1 or more.");
  }
  return value;
}

/** Reads an option's value that must be a port. */
export function port(text: string): number {
  const number = Number(text);
  if (text.trim() === "" || !Number.isInteger(number) || number < 0 || number > 65_535) {
    throw new InvalidArgumentError("A port is a whole number from 0 (any free one) to 65535.");
  }
  return number;
}
