// The judged stack as a picture: the way of a photo through it, and what stands beside.

import { element, symbol } from "./element.js";

/** Draws what /stack answers. */
export function drawStack({ stack, verdict, summary, paths, beside }) {
  const heading = document.getElementById("stack-heading");
  document.getElementById("stack").replaceChildren(
    heading,
    element(
      "p",
      { className: `verdict ${verdict}` },
      element("strong", { textContent: verdict.toUpperCase() }),
      ` ${stack}: ${summary}`,
    ),
    ...paths.map(drawPath),
    element("h3", { textContent: "Beside it" }),
    element("ul", { className: "beside" }, ...beside.map(drawBox)),
    element(
      "p",
      {},
      element("a", {
        href: "/stack.json",
        textContent: "Every resource with its inputs, as JSON",
      }),
    ),
  );
}

/** Says that there is no picture. */
export function stackFailed() {
  document.querySelector("#stack p").textContent =
    "The picture can’t be drawn: is `npm start` still running?";
}

function drawPath({ name, boxes }) {
  return element(
    "ol",
    { className: "path", ariaLabel: `The way of a photo to ${name}` },
    drawEnd("photo", "Photo"),
    ...boxes.map(drawBox),
    drawEnd("paw", "Answer"),
  );
}

function drawEnd(kind, textContent) {
  const made = element("li", { className: "box end" }, symbol(kind));
  made.append(element("strong", { textContent }));
  return made;
}

function drawBox({ kind, title, name, purpose, facts, resources, findings }) {
  return element(
    "li",
    { className: `box${findings.length > 0 ? " found" : ""}` },
    symbol(kind),
    element(
      "div",
      {},
      element("strong", { textContent: title }),
      " ",
      element("span", { className: "faint", textContent: name }),
    ),
    purpose && element("p", { textContent: purpose }),
    facts.length > 0
      ? element(
          "p",
          { className: "facts" },
          ...facts.map((textContent) => element("span", { textContent })),
        )
      : undefined,
    ...findings.map(({ level, rule, message }) =>
      element("p", { className: `finding ${level}`, textContent: `${rule}: ${message}` }),
    ),
    resources.length > 0 ? listOf(resources, title) : undefined,
  );
}

function listOf(resources, title) {
  const count = resources.length === 1 ? "1 resource" : `${resources.length} resources`;
  return element(
    "details",
    {},
    element(
      "summary",
      {},
      count,
      element("span", { className: "unseen", textContent: ` of ${title}` }),
    ),
    element(
      "ul",
      {},
      ...resources.map(({ type, name }) => element("li", { textContent: `${type} ${name}` })),
    ),
  );
}
