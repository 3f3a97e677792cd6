// The page's behaviour: no framework and no build step, so that what is served is what is read here.

const LABELS_SHOWN = 5;

const drop = document.getElementById("drop");
const file = document.getElementById("file");
const shown = document.getElementById("shown");
const hint = document.getElementById("hint");
const answer = document.getElementById("answer");

/** Only the newest photo's answer is shown, however the requests overtake each other. */
let newest = 0;

file.addEventListener("change", () => file.files[0] && classify(file.files[0], file.files[0].name));

for (const name of ["dragenter", "dragover"]) {
  drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
}
for (const name of ["dragleave", "drop"]) {
  drop.addEventListener(name, () => drop.classList.remove("over"));
}
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  const dropped = event.dataTransfer.files[0];
  if (dropped) {
    classify(dropped, dropped.name);
  }
});

async function classify(photo, name) {
  const turn = ++newest;
  show(photo, name);
  answer.replaceChildren(element("p", "Classifying …", "time"));
  let result;
  try {
    const response = await fetch("/classify", {
      method: "POST",
      headers: { "content-type": photo.type || "application/octet-stream" },
      body: photo,
    });
    result = await response.json();
  } catch {
    result = { kind: "refused", message: "Kennel does not answer: is `npm start` still running?" };
  }
  if (turn === newest) {
    answer.replaceChildren(
      ...(result.kind === "classified" ? predictions(result) : [refusal(result)]),
    );
  }
}

function show(photo, name) {
  URL.revokeObjectURL(shown.src);
  shown.src = URL.createObjectURL(photo);
  shown.alt = name;
  shown.hidden = false;
  hint.textContent = name;
}

function predictions(result) {
  const classes = result.predictions.map(({ label }) => label).sort();
  const rows = result.predictions.slice(0, LABELS_SHOWN).map(({ label, probability }) => {
    const row = element("div", "", "prediction");
    const meter = document.createElement("meter");
    meter.value = probability;
    meter.setAttribute("aria-label", label);
    row.append(
      element("span", label),
      meter,
      element("output", `${(probability * 100).toFixed(1)} %`),
    );
    return row;
  });
  return [
    ...rows,
    element("p", `${Math.round(result.milliseconds)} ms, model ${result.model}`, "time"),
    element("p", `The model tells ${classes.length} classes apart: ${classes.join(", ")}`, "time"),
  ];
}

function refusal(result) {
  return element(
    "p",
    result.message ?? result.error?.message ?? "The photo was refused.",
    "refused",
  );
}

function element(tag, text, className) {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) {
    made.className = className;
  }
  return made;
}

async function showSamples() {
  const names = await (await fetch("/samples")).json();
  const buttons = names.map((name) => {
    const button = document.createElement("button");
    button.type = "button";
    button.title = name;
    const image = document.createElement("img");
    image.src = `/samples/${encodeURIComponent(name)}`;
    image.alt = name;
    button.append(image);
    button.addEventListener("click", async () =>
      classify(await (await fetch(image.src)).blob(), name),
    );
    return button;
  });
  document.getElementById("samples").append(...buttons);
}

async function showStack() {
  const stack = await (await fetch("/stack")).json();
  const verdict = document.getElementById("verdict");
  verdict.classList.add(stack.verdict);
  verdict.textContent =
    `${stack.verdict.toUpperCase()}: ${stack.rules.length} rules judged ${stack.resources.length} resources ` +
    `of ${stack.project}/${stack.stack}: ${stack.violations} violations, ` +
    `${stack.findings.length - stack.violations} advisory`;
  document
    .getElementById("findings")
    .append(...stack.findings.map(({ rule, message }) => element("li", `${rule}: ${message}`)));
  document.getElementById("resources").append(...resourceRows(stack.resources));
}

function resourceRows(resources) {
  const depths = new Map();
  const children = Map.groupBy(resources, (resource) => resource.parent);
  const known = new Set(resources.map((resource) => resource.urn));
  const ordered = [];
  const visit = (resource, depth) => {
    depths.set(resource.urn, depth);
    ordered.push(resource);
    (children.get(resource.urn) ?? []).forEach((child) => visit(child, depth + 1));
  };
  resources.filter((resource) => !known.has(resource.parent)).forEach((root) => visit(root, 0));
  return ordered.map((resource) => {
    const row = document.createElement("tr");
    const type = element("td", resource.type.replace(/\/\w+:/, ":"), "type");
    type.style.setProperty("--depth", depths.get(resource.urn));
    row.append(type, element("td", resource.name));
    return row;
  });
}

showSamples();
showStack();
