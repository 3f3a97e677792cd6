import assert from "node:assert/strict";

import type { Box, StackPicture } from "../local/stack-picture";
import { CHROMIUM } from "../testing/browser";
import { assertReadable } from "../testing/drawing";
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
    const drawing = drawStack(PICTURE, changes);
    assert.equal(drawing.match(/a-rather-long-name-of-resource-\d+<\/title>/g)?.length, 59);
    assert.match(drawing, /resource-1: replaced<\/title><text[^>]*>±</);
    assert.match(drawing, /<desc[^>]*>.*resource-1 \(replaced\)/s);
  });

  it("leaves out what XML can't hold", () => {
    const name = "a\u0000b\u001b\ud800c";
    const drawing = drawStack({ ...PICTURE, stack: name });
    assert.match(drawing, /<text class="heading"[^>]*>abc</);
  });

  it("breaks a word that is wider than the picture, and has room for any number of findings", () => {
    const findings = Array.from({ length: 20 }, (_, index) => ({
      ...({ level: "mandatory", rule: `rule-${index}`, resource: "Bucket-0" } as const),
      message: `arn:aws:s3:::${"x".repeat(300)}`,
    }));
    const drawing = drawStack({ ...PICTURE, paths: [], beside: [box("Bucket", 1, findings)] });
    const lines = [...drawing.matchAll(/<text x="52"[^>]*>([^<]*)</g)].map(([, text]) => text!);
    assert.equal(lines.join("").match(/x/g)?.length, 20 * 300);
    assert.ok(lines.every(({ length }) => length < 100));
    for (const [, x] of drawing.matchAll(/<g transform="translate\((-?\d+) [\d.]+\)"><circle/g)) {
      assert.ok(Number(x) > 0, x);
    }
  });

  describe("in a browser", function () {
    this.timeout(60_000);

    before(function () {
      if (CHROMIUM === undefined) {
        this.skip();
      }
    });

    it("is well-formed, has no box over another, no text outside of its box, and pleases axe", () =>
      assertReadable(drawStack(PICTURE)));

    it("is as readable with changes marked at every resource", () => {
      const kinds = ["created", "updated", "replaced", "deleted"] as const;
      const boxes = [...PICTURE.paths.flatMap((each) => each.boxes), ...PICTURE.beside];
      const resources = boxes.flatMap((each) => each.resources);
      const changes = new Map(resources.map(({ urn }, index) => [urn, kinds[index % 4]!]));
      const reaching = (each: Box): Box => ({
        ...each,
        facts: [...each.facts, "role a-rather-long-name-of-a-role reaches more"],
      });
      return assertReadable(
        drawStack(
          {
            ...PICTURE,
            summary: "fails · 2 new findings · 3 roles may do more · +1,204.88 USD a month",
            paths: PICTURE.paths.map(({ name, boxes: each }) => ({
              name,
              boxes: each.map(reaching),
            })),
            beside: PICTURE.beside.map(reaching),
          },
          changes,
        ),
      );
    });
  });
});
