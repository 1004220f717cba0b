// The entrance of a gathering with the network down: people are checked in on this device, another desk works on, and
// when the network is back both know the same.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { openBrowser, stateOf, visit, witness } from "../lib/browser.mjs";
import { guests, published } from "../lib/gatherings.mjs";

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

const line = (page, name) => page.locator("[data-guest]", { hasText: name });
const here = (page, name) => line(page, name).locator("button", { hasText: /^(来場|Here)/ });
const undo = (page, name) => line(page, name).locator("button", { hasText: /^(取り消す|Undo)/ });
const count = (page) => page.innerText("[data-present]");

for (const lang of ["ja", "en"]) {
  const words = lang === "ja"
    ? { here: "来場", done: "受付はもう済んでいます", need: "通信が戻るまで", list: "一覧にない人", none: "参加者ではありません" }
    : { here: "here", done: "Already checked in", need: "needs the network", list: "Not on this list", none: "No participant" };
  test(`people are checked in without a network and reconciled with another desk (${lang})`, async () => {
    const state = await stateOf(browser, "events");
    const page = await visit(browser, { lang, state });
    const other = await visit(browser, { lang, state });
    try {
      await witness(`entrance-${lang}`, page, async () => {
        const gathering = await published(page, lang);
        const stamp = Date.now().toString(36);
        const names = ["Aoi", "Ren", "Yui", "Sora", "Mei"].map((name) => `${name} ${stamp}`);
        await guests(gathering, names, stamp);
        await page.goto(`${gathering}/check-in`);
        await other.goto(`${gathering}/check-in`);
        assert.equal(await count(page), "0");
        assert.ok(await page.locator("[data-offline]").isHidden());

        await page.context().setOffline(true);
        await page.locator("[data-offline]").waitFor();
        await here(page, names[0]).click();
        // A scanned code, and part of a name.
        await page.fill("#f-code", `https://hub.example.jp/${await line(page, names[1]).getAttribute("data-guest")}`);
        await page.press("#f-code", "Enter");
        await page.fill("#f-code", "yui");
        await page.press("#f-code", "Enter");
        assert.equal(await page.inputValue("#f-code"), "");
        // Somebody by mistake, taken back before anything was sent.
        await here(page, names[3]).click();
        assert.equal(await count(page), "4");
        await undo(page, names[3]).click();
        assert.equal(await count(page), "3");
        assert.match(await page.innerText("[data-offline]"), /3/);
        // The same person again, and a code that this device does not know: the page stays.
        await page.fill("#f-code", await line(page, names[0]).getAttribute("data-guest"));
        await page.press("#f-code", "Enter");
        await page.locator(".toast", { hasText: words.done }).waitFor();
        await page.fill("#f-code", "nobody of this name");
        await page.press("#f-code", "Enter");
        await page.locator(".toast", { hasText: words.need }).waitFor();
        await page.fill("#f-code", "019a0000-0000-7000-8000-000000000000");
        await page.press("#f-code", "Enter");
        await page.locator(".toast", { hasText: words.list }).waitFor();
        assert.ok((await page.title()).length > 0 && page.url().endsWith("/check-in"), "the page is still there");

        // Meanwhile another desk lets in one of the same, and one more.
        for (const name of [names[1], names[4]]) {
          await Promise.all([other.waitForResponse((answer) => answer.url().endsWith("/sync") && answer.ok()), here(other, name).click()]);
        }
        assert.equal(await count(other), "2");
        assert.equal(await count(page), "3", "this device does not know yet");

        const synced = page.waitForResponse((answer) => answer.url().endsWith("/sync") && answer.ok());
        await page.context().setOffline(false);
        const { met, present } = await (await synced).json();
        assert.deepEqual(met.map((one) => one.met).sort(), ["before", "new", "new", "unknown"]);
        assert.equal(present.length, 4);
        await page.locator(".toast", { hasText: words.none }).waitFor();
        await page.waitForFunction(() => document.querySelector("[data-present]").textContent === "4");
        assert.ok(await page.locator("[data-offline]").isHidden());
        assert.ok(await undo(page, names[4]).isVisible(), "who came at the other desk is shown here too");
        assert.equal(await page.evaluate((key) => localStorage.getItem(key), `musubi-entrance:${gathering.split("/").pop()}`), "[]");
        // Nothing is counted twice, and nothing was lost.
        for (const desk of [page, other]) {
          await desk.reload();
          assert.equal(await count(desk), "4");
          assert.ok(await here(desk, names[3]).isVisible());
        }
        // What was sent is taken back on the server.
        await Promise.all([page.waitForNavigation(), undo(page, names[0]).click()]);
        assert.equal(await count(page), "3");
      });
      // What the browser itself says about a network that is down is expected.
      assert.deepEqual(page.faults.filter((fault) => !/ERR_INTERNET_DISCONNECTED/.test(fault)), []);
      assert.deepEqual(other.faults, []);
    } finally {
      await page.context().close();
      await other.context().close();
    }
  });
}
