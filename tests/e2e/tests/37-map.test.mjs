// The map: with script and without, by keyboard, as a table and as paths; files; the frame for other sites; the bridge finder.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { openBrowser, stateOf, visit, witness } from "../lib/browser.mjs";

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

const on = async (name, options, work) => {
  const page = await visit(browser, options);
  try { await witness(name, page, () => work(page)); assert.deepEqual(page.faults, []); } finally { await page.context().close(); }
};

for (const script of [true, false]) {
  test(`the map shows ties, a day and a selected party (${script ? "with" : "without"} script)`, () => on(`map-${script}`, { script }, async (page) => {
    await page.goto("/en/map");
    const now = await page.locator("#world path").count();
    assert.ok(now > 20, `${now} ties`);
    await page.fill("#map-on", "2017-01-01");
    await page.click(".time button");
    await page.waitForURL(/on=2017-01-01/);
    const then = await page.locator("#world path").count();
    assert.ok(then < now, `${then} in 2017, ${now} now`);
    await page.goto("/en/map");
    await page.locator(".map-r ol a").first().click();
    await page.waitForURL(/at=/);
    assert.match(await page.innerText(".map-r"), /Bridging/);
    assert.equal(await page.locator("#world .ring").count(), 1);
  }));
}

test("arrow keys lead from party to party and the slider hides what began later", () => on("map-keys", {}, async (page) => {
  await page.goto("/en/map");
  await page.focus('#world a[tabindex="0"]');
  const first = await page.evaluate(() => document.activeElement.getAttribute("aria-label"));
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  const then = await page.evaluate(() => document.activeElement.getAttribute("aria-label"));
  assert.notEqual(first, then);
  const hidden = await page.evaluate(() => {
    const range = document.getElementById("map-range");
    range.value = range.min;
    const begun = performance.now();
    range.dispatchEvent(new Event("input"));
    return { count: document.querySelectorAll("#world path[hidden]").length, took: performance.now() - begun };
  });
  assert.ok(hidden.count > 0);
  console.log(`slider: ${hidden.took.toFixed(1)} ms`);
}));

test("a member sees how they are connected, without script", async () => {
  await on("map-paths", { script: false, state: await stateOf(browser, "manager") }, async (page) => {
    await page.goto("/en/map/paths");
    assert.notEqual(await page.inputValue("#f-from"), "");
    const name = await page.locator("#l-from option").nth(3).getAttribute("value");
    await page.fill("#f-to", name);
    await page.click("form.pair-f button");
    assert.ok((await page.locator(".path li").count()) >= 2 || /No ties lead/.test(await page.innerText("main")));
  });
});

test("the view goes out in every format, and only the embedded map may be framed", () => on("map-files", {}, async (page) => {
  for (const [ending, start] of [["svg", "<svg"], ["graphml", "<?xml"], ["gexf", "<?xml"], ["csv", "\ufeffsource"], ["json", "{"]]) {
    const answer = await page.request.get(`/en/map/export.${ending}`);
    assert.equal(answer.status(), 200);
    assert.ok((await answer.text()).startsWith(start), ending);
  }
  const framed = await page.request.get("/en/map/embed");
  assert.match(framed.headers()["content-security-policy"], /frame-ancestors \*/);
  const page_ = await page.request.get("/en/map");
  assert.match(page_.headers()["content-security-policy"], /frame-ancestors 'none'/);
}));

test("the bridge finder proposes introductions and keeps the list", async () => {
  await on("map-bridges", { state: await stateOf(browser, "director") }, async (page) => {
    await page.goto("/en/map/bridges");
    await page.selectOption("#f-left", "sector:start");
    await page.selectOption("#f-right", "sector:comp");
    await page.click("form.pair-f button");
    await page.waitForURL(/left=/);
    assert.match(await page.innerText("main"), /Expected reach now/);
    if ((await page.locator(".bridge").count()) > 0) {
      await page.click("form.part button");
      await page.waitForURL(/bridges\/[0-9a-f-]{36}/);
      assert.match(await page.innerText("main"), /Made since/);
    }
  });
});
