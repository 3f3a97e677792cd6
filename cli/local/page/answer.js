// What is shown of an item: the answer large, and small in the history.

import { element, symbol } from "./element.js";
import { curlOf } from "./photos.js";

const GUESSES_SHOWN = 5;

/** One sentence for those who listen. */
export function spoken({ name, answer }) {
  if (answer.kind === "refused") {
    return `${name}: ${explanationOf(answer)}`;
  }
  const [best] = answer.predictions;
  return answer.doubt === "much"
    ? `${name}: not sure, perhaps ${best.name}, ${best.percent}`
    : `${name}: ${best.name}, ${best.percent}`;
}

/** The item as the page's main answer; `onCopy` is called to send a smaller copy of it. */
export function largeAnswer(item, onCopy) {
  const { name, state, answer } = item;
  const picture = pictureOf(item);
  const parts = state === "waiting" ? [waiting()] : answerParts(answer);
  const actions = element("p", { className: "actions" }, copyButton(item));
  if (answer?.kind === "refused" && item.blob) {
    // Only what the browser can show can be copied.
    picture.addEventListener("load", () =>
      actions.append(button("Send a smaller JPEG copy", () => onCopy(item))),
    );
  }
  return element(
    "article",
    { className: `answer ${answer ? (answer.doubt ?? answer.kind) : state}` },
    element("figure", {}, picture, element("figcaption", { textContent: name })),
    element("div", {}, ...parts, actions),
  );
}

/** The item as a button of the history. */
export function smallAnswer(item, isCurrent, onClick) {
  const { name, answer } = item;
  const headline = answer ? (answer.headline ?? "Refused") : "…";
  const made = button("", onClick);
  made.append(
    pictureOf(item),
    element("strong", { textContent: headline }),
    element("span", { className: "faint", textContent: name }),
  );
  if (isCurrent) {
    made.ariaCurrent = "true";
  }
  return element("li", {}, made);
}

function answerParts(answer) {
  if (answer.kind === "refused") {
    return [
      element("h3", { textContent: "That didn’t work" }),
      element("p", { className: "explanation", textContent: explanationOf(answer) }),
      answer.message && answer.message !== answer.explanation
        ? element(
            "details",
            {},
            element("summary", { textContent: "What the function answered" }),
            element("p", {
              className: "faint",
              textContent: `${answer.status}: ${answer.message}`,
            }),
          )
        : undefined,
    ];
  }
  const [best] = answer.predictions;
  const doubts = {
    none: `${best.percent} sure`,
    some: `Probably, ${best.percent}`,
    much: `Perhaps ${best.name}, ${best.percent}`,
  };
  const time = `${Math.round(answer.milliseconds)} ms · model ${answer.model}`;
  return [
    element("h3", { textContent: answer.headline }),
    element("p", { className: "doubt", textContent: doubts[answer.doubt] }),
    element(
      "ol",
      { className: "guesses" },
      ...answer.predictions.slice(0, GUESSES_SHOWN).map(guess),
    ),
    element("p", { className: "faint", textContent: time }),
  ];
}

function guess({ name, probability, percent }) {
  const bar = element("span", { className: "bar", ariaHidden: "true" });
  bar.style.setProperty("--part", probability);
  return element(
    "li",
    {},
    element("span", { textContent: name }),
    element("span", { className: "percent", textContent: percent }),
    bar,
  );
}

function explanationOf(answer) {
  return answer.explanation ?? answer.message ?? "The photo was refused.";
}

function waiting() {
  return element("p", { className: "faint", textContent: "Looking at it …" });
}

/** What is not a picture, or can't be fetched, gets a blank one. */
function pictureOf({ picture }) {
  const image = element("img", { alt: "", referrerPolicy: "no-referrer" });
  const blank = element("span", { className: "blank" }, symbol("photo"));
  image.addEventListener("error", () => image.replaceWith(blank), { once: true });
  image.src = picture;
  return image;
}

function copyButton(item) {
  const made = button("Copy as curl", async () => {
    const command = curlOf(item);
    try {
      await navigator.clipboard.writeText(command);
      made.textContent = "Copied";
    } catch {
      // Without the right to the clipboard the command is shown to be copied by hand.
      made.replaceWith(element("code", { textContent: command }));
    }
  });
  made.title = curlOf(item);
  return made;
}

function button(textContent, onClick) {
  const made = element("button", { type: "button", className: "quiet", textContent });
  made.addEventListener("click", onClick);
  return made;
}
