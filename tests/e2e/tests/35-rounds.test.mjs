// The main job: an officer with nothing but two tables gets to a published timetable, in a real browser, for the four sizes
// of rounds that a university holds. Once with script, the others without.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { openBrowser, stateOf, visit, witness } from "../lib/browser.mjs";

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

/** One of a few as buttons, one of many as a list: the form decides. */
const choose = async (page, name, value) =>
  (await page.locator(`select[name="${name}"]`).count()) > 0
    ? page.selectOption(`[name="${name}"]`, value)
    : page.check(`[name="${name}"][value="${value}"]`);
const follow = (page, selector) => Promise.all([page.waitForNavigation({ waitUntil: "load" }), page.click(selector)]);

/** Participants and a table of marks, the same on every run. */
function sheets(labs, companies) {
  let seed = 2026;
  const draw = (below) => { seed = (seed * 1103515245 + 12345) % 2147483648; return Math.floor((seed / 2147483648) * below); };
  const hosts = Array.from({ length: labs }, (_, n) => `第${n + 1}研究室`);
  const guests = Array.from({ length: companies }, (_, n) => `企業${n + 1}`);
  const people = ["名称\t区分\t部屋", ...hosts.map((name, n) => `${name}\t研究室\tR${n + 1}`), ...guests.map((name) => `${name}\t企業\t`)];
  const mark = () => ["◎", "○", "○", "○", "", "", "×"][draw(7)];
  const marks = [`\t${guests.join("\t")}`, ...hosts.map((name) => `${name}\t${guests.map(mark).join("\t")}`)];
  return [people.join("\n"), marks.join("\n")];
}

for (const [at, [labs, companies]] of [[23, 13], [17, 18], [6, 25], [17, 28]].entries()) {
  const script = at === 0;
  test(`a round of ${labs} × ${companies} goes from a sheet to a published timetable (${script ? "with" : "without"} script)`, async () => {
    const page = await visit(browser, { state: await stateOf(browser, "events"), script });
    try {
      await witness(`round-${labs}-${companies}`, page, async () => {
        await page.goto("/ja/rounds/new");
        await page.fill('[name="name.ja"]', `面談会 ${labs}×${companies}`);
        await page.fill('[name="name.en"]', `Round ${labs}×${companies}`);
        await choose(page, "kind", "discussion");
        await page.fill('[name="days"]', "2027-03-01 13:00-15:00 15:20-17:00; 2027-03-02 13:00-15:00 15:20-17:00");
        await page.fill('[name="slot_minutes"]', "20");
        await choose(page, "rooms", "own");
        await follow(page, "main form.form .acts button");
        const round = page.url();
        for (const [what, sheet] of [["participants", sheets(labs, companies)[0]], ["wishes", sheets(labs, companies)[1]]]) {
          await page.goto(`${round}/sheet?what=${what}`);
          await page.fill("#f-paste", sheet);
          await follow(page, "main form.form .acts button");
          assert.equal(await page.locator("main .err").count(), 0, "every row is read");
          await follow(page, "main form button.btn");
        }
        await page.goto(`${round}/solve`);
        await page.fill("#f-seconds", "2");
        await follow(page, "main form.form .acts button");
        // The page comes again by itself, with script and without.
        await page.locator('main a.btn[href$="/timetable"]').waitFor({ timeout: 180_000 });
        assert.match(await page.innerText("main"), /総満足/);
        await page.goto(`${round}/publish`);
        await follow(page, "main form.form .acts button");
        assert.match(page.url(), /timetable/);
        assert.match(await page.innerText("main"), /第1版/);
        assert.ok((await page.locator(".grid .slot").count()) > labs, "meetings are in the table");
      });
    } finally {
      await page.context().close();
    }
  });
}
