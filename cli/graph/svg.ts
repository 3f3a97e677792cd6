/** Elements of an SVG as text. A child is text to be escaped, or an element. */
export interface Element {
  readonly markup: string;
}

/** Makes an element; attributes that are undefined are left out. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  ...children: readonly (Element | string)[]
): Element {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escape(String(value))}"`)
    .join("");
  const inner = children
    .map((child) => (typeof child === "string" ? escape(child) : child.markup))
    .join("");
  return {
    markup: inner === "" ? `<${name}${written}/>` : `<${name}${written}>${inner}</${name}>`,
  };
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
