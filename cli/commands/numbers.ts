import { InvalidArgumentError } from "commander";

/** Reads an option's value that must be a number of some kind. */
function number(message: string, isAllowed: (value: number) => boolean): (text: string) => number {
  return (text) => {
    const value = text.trim() === "" ? NaN : Number(text);
    if (!Number.isFinite(value) || !isAllowed(value)) {
      throw new InvalidArgumentError(message);
    }
    return value;
  };
}

export const positive = number("Allowed: a number above 0.", (value) => value > 0);

export const share = number(
  "It is a share from 0 to 1, such as 0.01.",
  (value) => value >= 0 && value <= 1,
);

export const whole = number(
  "Allowed: a whole number, 0 or more.",
  (value) => Number.isInteger(value) && value >= 0,
);

export const count = number(
  "Allowed: a whole number, 1 or more.",
  (value) => Number.isInteger(value) && value >= 1,
);

export const port = number(
  "A port is a whole number from 0 (any free one) to 65535.",
  (value) => Number.isInteger(value) && value >= 0 && value <= 65_535,
);
