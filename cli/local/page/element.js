/** Makes an element with the DOM's own properties. What is appended may be text, which is never read as HTML. */
export function element(tag, properties = {}, ...content) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...content.filter((each) => each !== undefined));
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

/** A symbol of symbols.svg; one that it lacks stays blank. */
export function symbol(name) {
  const drawn = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `/symbols.svg#${name}`);
  drawn.setAttribute("aria-hidden", "true");
  drawn.append(use);
  return drawn;
}
