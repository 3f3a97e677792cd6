import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

import type { Browser, Page } from "playwright-core";

import { REPOSITORY } from "../repository";
import { axeViolations, CHROMIUM, launchChromium } from "../testing/browser";
import { pageAddress, startKennel } from "../testing/run-kennel";
import { samplePhotos } from "./photos";

const HEIC = Buffer.from("\0\0\0\x20ftypheic\0\0\0\0mif1heic", "latin1");

const sample = (name: string): string =>
  samplePhotos().find((file) => path.basename(file) === `${name}.jpg`)!;

describe("the page", function () {
  this.timeout(120_000);

  let kennel: ChildProcess;
  let browser: Browser;
  let url: string;

  before(async function () {
    if (CHROMIUM === undefined) {
      this.skip();
    }
    kennel = startKennel("local", "--port", "0");
    [url, browser] = await Promise.all([pageAddress(kennel), launchChromium()]);
  });

  after(async () => {
    await browser?.close();
    if (kennel?.exitCode === null) {
      kennel.kill("SIGINT");
      await once(kennel, "exit");
    }
  });

  async function withPage(
    options: Parameters<Browser["newPage"]>[0],
    use: (page: Page) => Promise<void>,
  ): Promise<void> {
    const page = await browser.newPage(options);
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(url);
    await page.locator(".path").first().waitFor();
    await use(page);
    await page.close();
    assert.deepEqual(errors, []);
  }

  const headline = (page: Page, text: string | RegExp) =>
    page.locator("#answer h3", { hasText: text }).waitFor();

  it("says what the model knows and draws the judged stack before anything is asked", () =>
    withPage({}, async (page) => {
      assert.match((await page.locator("#known").textContent())!, /118 breeds/);
      assert.equal(await page.locator("#classes li").count(), 118);
      assert.match(
        (await page.locator(".verdict").textContent())!,
        /^PASS .*checked \d+ resources/,
      );
      assert.deepEqual(await page.locator(".path strong").allTextContents(), [
        "Photo",
        "Function",
        "Endpoint",
        "Answer",
      ]);
    }));

  it("answers several photos, and keeps them to be looked at again", () =>
    withPage({}, async (page) => {
      await page.locator("#file").setInputFiles(["beagle", "cat", "great-dane"].map(sample));
      await page.waitForFunction(
        () =>
          document.querySelectorAll("#history strong").length === 3 &&
          !/…/.test(document.querySelector("#history ol")!.textContent),
      );
      const shown = await page.locator("#history strong").allTextContents();
      assert.deepEqual(shown, ["Great Dane", "Not a dog", "Beagle"]);
      await page.locator("#history button").last().click();
      await headline(page, "Beagle");
      assert.match((await page.locator(".doubt").textContent())!, /^\d\d % sure$/);
    }));

  it("takes the same photo again, and a sample", () =>
    withPage({}, async (page) => {
      for (const count of [1, 2]) {
        await page.locator("#file").setInputFiles(sample("boxer"));
        await page.waitForFunction(
          (n) => document.querySelectorAll("#history li").length === n,
          count,
        );
        await headline(page, "Boxer");
      }
      await page.getByRole("button", { name: "Photo of a collie" }).click();
      await headline(page, "Collie");
    }));

  it("takes what is pasted, and what is dropped anywhere", () =>
    withPage({}, async (page) => {
      const act = (kind: "paste" | "drop") =>
        page.evaluate(async (name) => {
          const photo = await (await fetch("/samples/dalmatian.jpg")).blob();
          const data = new DataTransfer();
          data.items.add(new File([photo], `${name}.jpg`, { type: "image/jpeg" }));
          const options = { bubbles: true, cancelable: true };
          const event =
            name === "paste"
              ? new ClipboardEvent("paste", { ...options, clipboardData: data })
              : new DragEvent("drop", { ...options, dataTransfer: data });
          document.body.dispatchEvent(event);
          return event.defaultPrevented;
        }, kind);
      for (const kind of ["paste", "drop"] as const) {
        assert.ok(await act(kind));
        await page.locator("figcaption", { hasText: `${kind}.jpg` }).waitFor();
        await headline(page, "Dalmatian");
      }
    }));

  it("says in a person's words what is wrong", () =>
    withPage({}, async (page) => {
      const refuse = async (name: string, buffer: Buffer, expected: RegExp) => {
        await page.locator("#file").setInputFiles({ name, mimeType: "image/jpeg", buffer });
        await page.locator(".explanation", { hasText: expected }).waitFor();
      };
      await refuse("IMG_0001.HEIC", HEIC, /HEIC photo, the format of iPhones/);
      await refuse("notes.jpg", Buffer.from("hello"), /not a photo, but a text/);
      await refuse("empty.jpg", Buffer.alloc(0), /This file is empty/);
      await refuse("large.jpg", Buffer.alloc(5_000_000, 1), /5\.0 MB.*function URL/s);
      await page.locator("#address").fill("http://127.0.0.1/dog.jpg");
      await page.getByRole("button", { name: "Fetch" }).click();
      await page.locator(".explanation", { hasText: /127\.0\.0\.1|https/ }).waitFor();
    }));

  it("gives the request as a curl command that works", () =>
    withPage({}, async (page) => {
      await page.getByRole("button", { name: "Photo of a boxer" }).click();
      await headline(page, "Boxer");
      const command = await page
        .getByRole("button", { name: "Copy as curl" })
        .getAttribute("title");
      assert.equal(
        command,
        `curl ${url}classify -H 'Content-Type: image/jpeg' --data-binary @samples/photos/boxer.jpg`,
      );
    }));

  it("can be used by keyboard alone", () =>
    withPage({}, async (page) => {
      const tabTo = async (selector: string) => {
        for (let presses = 0; presses < 60; presses += 1) {
          if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) {
            return;
          }
          await page.keyboard.press("Tab");
        }
        assert.fail(`${selector} is out of the keyboard's reach`);
      };
      await tabTo("#card-open");
      await page.keyboard.press("Enter");
      await page.locator("#card[open]").waitFor();
      assert.match((await page.locator("#card dl").textContent())!, /Right on test photos/);
      await page.keyboard.press("Escape");
      await tabTo("#file");
      await tabTo("#address");
      await tabTo("#samples button");
      await page.keyboard.press("Enter");
      await headline(page, "Basset hound");
      await tabTo("#history button, .actions button");
      await page.locator("#spoken", { hasText: "Basset hound" }).waitFor({ state: "attached" });
    }));

  for (const width of [320, 390, 1280]) {
    for (const colorScheme of ["light", "dark"] as const) {
      it(`fits ${width} pixels, and axe finds nothing, ${colorScheme}`, () =>
        withPage({ colorScheme, viewport: { width, height: 800 } }, async (page) => {
          await page.locator("#classes summary").click();
          await page
            .locator("#file")
            .setInputFiles([
              path.join(REPOSITORY, "README.md"),
              sample("german-shorthaired-pointer"),
            ]);
          await headline(page, "German shorthaired pointer");
          assert.ok(
            await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth),
          );
          assert.deepEqual(await axeViolations(page), []);
          await page.locator("#card-open").click();
          assert.deepEqual(await axeViolations(page), []);
        }));
    }
  }
});
