/** A piece of an SVG. */
export interface Svg {
  readonly markup: string;
}

/** Text, which is escaped, or pieces of SVG, which stay as they are. */
type Value = string | number | Svg | readonly Svg[];

/** SVG from a template. */
export function svg({ raw }: TemplateStringsArray, ...values: readonly Value[]): Svg {
  const text = (value: Value): string =>
    typeof value === "string" || typeof value === "number"
      ? escape(String(value))
      : [value]
          .flat()
          .map(({ markup }) => markup)
          .join("");
  const markup = String.raw({ raw }, ...values.map(text));
  return { markup: markup.trim().replace(/>\s+</g, "><") };
}

/** What XML can't hold, such as control characters, is left out. */
function escape(text: string): string {
  return text
    .replace(/[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
