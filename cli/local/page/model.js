// What the model knows, before it is asked, and its card.

import { element } from "./element.js";

const CLASSES_NAMED = 12;
const NOT_A_DOG = "Not a dog";

/** Says what the model knows; `model` is what /model answers. */
export function showKnown({ classes }) {
  const known = document.getElementById("known");
  const isOfDogs = classes.includes(NOT_A_DOG);
  const breeds = classes.filter((name) => name !== NOT_A_DOG);
  if (isOfDogs) {
    document.getElementById("ask-heading").textContent = "Which dog is it?";
  }
  const count = isOfDogs
    ? `This model knows ${breeds.length} breeds of dogs, and says when a photo shows something else, or when it isn’t sure.`
    : `This model tells ${breeds.length} classes apart, and nothing else.`;
  if (breeds.length <= CLASSES_NAMED) {
    known.textContent = `${count.replace(", and nothing else.", "")}: ${breeds.join(", ")}.`;
    return;
  }
  known.textContent = count;
  const list = document.getElementById("classes");
  list.querySelector("summary").textContent = isOfDogs
    ? `All ${breeds.length} breeds`
    : `All ${breeds.length} classes`;
  list.querySelector("ul").append(...breeds.map((name) => element("li", { textContent: name })));
  list.hidden = false;
}

/** Lets the button open the model card. */
export function showCard({ classes, metrics }) {
  const dialog = document.getElementById("card");
  document
    .getElementById("card-content")
    .append(
      ...(metrics === undefined
        ? [element("p", { textContent: "This model directory has no metrics.json." })]
        : [figures(classes, metrics), ...remarks(metrics)]),
      element(
        "p",
        {},
        element("a", { href: "/model", textContent: "Everything that is known of it, as JSON" }),
      ),
    );
  document.getElementById("card-open").addEventListener("click", () => dialog.showModal());
}

function figures(classes, metrics) {
  const { photos, not_a_dog: other, calibration, fingerprints } = metrics;
  const rows = {
    Classes: classes.length,
    "Right on test photos": share(metrics.test_accuracy),
    "Between (95 %)": metrics.test_accuracy_interval?.map(share).join(" and "),
    "Among the first five": share(metrics.test_top5_accuracy),
    "Test photos": photos?.test,
    "Other things recognised": other && `${share(other.recognised)} of ${other.photos}`,
    "Calibration error": share(
      calibration?.expected_calibration_error_with_temperature ??
        calibration?.expected_calibration_error,
    ),
    Backbone: metrics.backbone,
    Weights: metrics.weights,
    Precision: metrics.precision,
    "Training photos": photos?.train,
    "Photos skipped": metrics.skipped,
    Data: fingerprints?.data?.slice(0, 12),
  };
  const shown = Object.entries(rows).filter(([, value]) => value !== undefined && value !== "");
  return element(
    "dl",
    {},
    ...shown.map(([name, value]) =>
      element(
        "div",
        {},
        element("dt", { textContent: name }),
        element("dd", { textContent: String(value) }),
      ),
    ),
  );
}

function remarks({ measured_on: measured, licence }) {
  return [measured && `Measured on ${measured}`, licence]
    .filter((text) => text !== undefined)
    .map((textContent) => element("p", { textContent }));
}

function share(part) {
  return typeof part === "number" ? `${(part * 100).toFixed(1)} %` : undefined;
}
