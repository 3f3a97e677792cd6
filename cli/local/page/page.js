// The page's behaviour: no framework and no build step, so that what is served is what is read here.

import { largeAnswer, smallAnswer, spoken } from "./answer.js";
import { element } from "./element.js";
import { showCard, showKnown } from "./model.js";
import { addAddress, addPhoto, addSmallerCopy, items, limitPhotos } from "./photos.js";
import { drawStack, stackFailed } from "./stack.js";

const answers = document.getElementById("answers");
const file = document.getElementById("file");
const dropping = document.getElementById("dropping");
const past = document.querySelector("#history ol");

/** What is shown large: the newest, or what was chosen in the history since. */
let current;

function changed(item) {
  if (item.state === "waiting") {
    current = item;
    const { top } = answers.getBoundingClientRect();
    if (top < 0 || top > window.innerHeight / 2) {
      answers.scrollIntoView();
    }
  } else {
    document.getElementById("spoken").textContent = spoken(item);
  }
  draw();
}

function draw() {
  const focused = [...past.children].findIndex((each) => each.contains(document.activeElement));
  document.getElementById("answer").replaceChildren(largeAnswer(current, smallerCopy));
  past.parentElement.hidden = items.length < 2;
  past.replaceChildren(
    ...items.map((item) =>
      smallAnswer(item, item === current, () => {
        current = item;
        draw();
      }),
    ),
  );
  past.children[focused]?.querySelector("button").focus();
}

function smallerCopy(item) {
  addSmallerCopy(item, changed).catch(() => undefined);
}

function addFiles(files) {
  for (const each of files) {
    addPhoto(each, each.name || "pasted photo", changed);
  }
}

/** @returns whether the text was an address. */
function addText(text) {
  const url = text.trim().split(/\s/)[0];
  if (!/^https?:\/\//i.test(url)) {
    return false;
  }
  addAddress(url, changed);
  return true;
}

file.addEventListener("change", () => {
  addFiles(file.files);
  // Otherwise the same photo again would not be a change.
  file.value = "";
});

document.getElementById("by-address").addEventListener("submit", (event) => {
  event.preventDefault();
  const address = document.getElementById("address");
  addAddress(address.value.trim(), changed);
  address.value = "";
});

document.addEventListener("paste", (event) => {
  const { files } = event.clipboardData;
  if (files.length > 0) {
    addFiles(files);
  } else if (event.target.tagName === "INPUT" || !addText(event.clipboardData.getData("text"))) {
    return;
  }
  event.preventDefault();
});

// The whole page takes what is dropped: a browser would leave it and show the photo instead.
for (const name of ["dragenter", "dragover"]) {
  document.addEventListener(name, (event) => {
    event.preventDefault();
    dropping.hidden = false;
  });
}
document.addEventListener("dragleave", (event) => {
  dropping.hidden = event.relatedTarget === null;
});
document.addEventListener("drop", (event) => {
  event.preventDefault();
  dropping.hidden = true;
  const { files } = event.dataTransfer;
  if (files.length > 0) {
    addFiles(files);
  } else {
    addText(event.dataTransfer.getData("text/uri-list") || event.dataTransfer.getData("text"));
  }
});

async function read(path) {
  return (await fetch(path)).json();
}

async function showSamples() {
  const samples = await read("/samples");
  const block = document.getElementById("samples");
  block.hidden = samples.length === 0;
  block.querySelector("ul").append(
    ...samples.map(({ file: name, subject }) => {
      const src = `/samples/${encodeURIComponent(name)}`;
      const image = element("img", { src, alt: `Photo of a ${subject}`, loading: "lazy" });
      const button = element("button", { type: "button", title: name }, image);
      button.addEventListener("click", async () =>
        addPhoto(await (await fetch(src)).blob(), name, changed, `samples/photos/${name}`),
      );
      return element("li", {}, button);
    }),
  );
}

async function showModel() {
  const model = await read("/model");
  limitPhotos(model.largestPhotoBytes);
  showKnown(model);
  showCard(model);
}

showModel();
showSamples();
read("/stack").then(drawStack).catch(stackFailed);
