import assert from "node:assert/strict";

import type { Box, StackPicture } from "../local/stack-picture";
import { axeViolations, CHROMIUM, launchChromium } from "../testing/browser";
import { drawStack } from "./draw-stack";

function box(title: string, resources: number, findings: Box["findings"] = []): Box {
  return {
    kind: title,
    title,
    name: "main",
    purpose: "is drawn",
    facts: ["ml.c5.large"],
    resources: Array.from({ length: resources }, (_, index) => ({
      urn: `${title}-${index}`,
      type: "sagemaker EndpointConfiguration",
      name: `a-rather-long-name-of-resource-${index}`,
    })),
    findings,
  };
}

/** 60 resources; two findings, one of them with what XML and HTML mark up. */
const PICTURE: StackPicture = {
  stack: "kennel/dev",
  verdict: "fail",
  summary: "2 rules checked 60 resources: 1 violation, 1 advisory",
  paths: [{ name: "main", boxes: [box("Function", 8), box("Endpoint", 14)] }],
  beside: [
    box("Bucket", 12, [
      {
        level: "mandatory",
        rule: "no-full-access",
        resource: "Bucket-3",
        message: `</text> & "<i>"`,
      },
      { level: "advisory", rule: "tags", resource: "Bucket-3", message: "word ".repeat(60) },
    ]),
    box("Images", 10),
    box("Trainer", 9),
    box("Notebook", 4),
    box("Alarms", 3),
  ],
};

describe("the graph of a stack", () => {
  it("draws every resource and marks what a comparison found", () => {
    const changes = new Map([["Images-1", "replaced"] as const]);
    const drawing = drawStack(PICTURE, { changes });
    assert.equal(drawing.match(/a-rather-long-name-of-resource-\d+<\/title>/g)?.length, 59);
    assert.match(drawing, /resource-1: replaced<\/title><text[^>]*>±</);
    assert.match(drawing, /<desc[^>]*>.*resource-1 \(replaced\)/s);
  });

  it("leaves out what XML can't hold", () => {
    const name = "a\u0000b\u001b\ud800c";
    const drawing = drawStack({ ...PICTURE, stack: name });
    assert.match(drawing, /<text class="heading"[^>]*>abc</);
  });

  describe("in a browser", function () {
    this.timeout(60_000);

    it("is well-formed, has no box over another, no text outside of its box, and pleases axe", async function () {
      if (CHROMIUM === undefined) {
        this.skip();
      }
      const browser = await launchChromium();
      try {
        const page = await browser.newPage();
        const drawing = drawStack(PICTURE);
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
    });
  });
});
