import assert from "node:assert/strict";

import { axeViolations, launchChromium } from "./browser";

/** Asserts in a browser that a drawing is well-formed, has no box over another, no text outside its box, and pleases axe. */
export async function assertReadable(drawing: string): Promise<void> {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.setContent(
      `<!doctype html><html lang="en"><head><title>Stack</title></head><body><main><h1>Stack</h1>${drawing}</main></body></html>`,
    );
    const seen = await page.evaluate((markup) => {
      const parsed = new DOMParser().parseFromString(markup, "image/svg+xml");
      const boxes = [...document.querySelectorAll("rect.box")].map((each) => ({
        group: each.parentElement!,
        at: each.getBoundingClientRect(),
      }));
      return {
        error: parsed.querySelector("parsererror")?.textContent ?? null,
        overlaps: boxes.filter(({ at }, index) =>
          boxes.some(
            ({ at: other }, place) =>
              place > index &&
              at.left < other.right &&
              other.left < at.right &&
              at.top < other.bottom &&
              other.top < at.bottom,
          ),
        ).length,
        outside: boxes.flatMap(({ group, at }) =>
          [...group.querySelectorAll("text")]
            .filter((text) => text.getBoundingClientRect().right > at.right)
            .map((text) => text.textContent),
        ),
        tooWide: [...document.querySelectorAll("text")].filter(
          (text) =>
            text.getBoundingClientRect().right >
            document.querySelector("svg")!.getBoundingClientRect().right,
        ).length,
      };
    }, drawing);
    assert.deepEqual(seen, { error: null, overlaps: 0, outside: [], tooWide: 0 });
    assert.deepEqual(await axeViolations(page), []);
  } finally {
    await browser.close();
  }
}
