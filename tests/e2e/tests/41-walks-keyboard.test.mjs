// Six tasks with the keyboard alone: no pointer, nothing focused from outside. Every stop of Tab on the way must be seen and
// have a ring, and none may keep the reader. The same tasks without script are in 41-walks-plain.
import { after, before } from "node:test";
import assert from "node:assert/strict";
import { openBrowser } from "../lib/browser.mjs";
import { follow, leave, on, round, skip, tab, tabTo, write } from "../lib/keyboard.mjs";
import { as, asking, gathering, record, task, wish } from "../lib/walks.mjs";
import { PASSWORD } from "../lib/web.mjs";

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

const stamp = Date.now().toString(36);
const save = "main form .acts button";
const notice = ".notice[role=status]";
const walk = (who, name, how, work) => as(browser, who, `keyboard-${name}`, how, work);

task("sign-in by keyboard: from the front page over a wrong password to the desk, and out again (ja)", () =>
  walk(null, "sign-in", { lang: "ja" }, async (page) => {
    await page.goto("/ja/");
    await follow(page, 'header a[href$="/sign-in"]');
    await skip(page);
    await write(page, "#f-email", "concierge@example.jp");
    await write(page, "#f-password", "not the password");
    await leave(page);
    assert.match(await page.innerText(".errs"), /入力をご確認ください/);
    // The fault leads to its field.
    await follows(page, ".errs a", "#f-password, #f-email");
    await write(page, "#f-password", PASSWORD);
    await follow(page, "main form button.btn.full", { key: "Space" });
    assert.equal(new URL(page.url()).pathname, "/ja/desk");
    // The menu opens, closes with Escape without losing the place, and opens again.
    const menu = page.locator("header details.menu");
    await tabTo(page, "header details.menu summary");
    await page.keyboard.press("Enter");
    await tabTo(page, '.menu-b a[href$="/account"]');
    await page.keyboard.press("Escape");
    assert.equal(await menu.getAttribute("open"), null);
    assert.ok(await on(page, "header details.menu summary"), "the focus is back where the menu was opened");
    await page.keyboard.press("Space");
    await follow(page, '.menu-b a[href$="/account"]');
    assert.match(await page.innerText("main"), /concierge@example\.jp/);
    await tabTo(page, "header details.menu summary");
    await page.keyboard.press("Enter");
    await follow(page, 'form[action="/sign-out"] button');
    assert.equal((await page.request.get("/ja/account", { maxRedirects: 0 })).ok(), false, "signed out");
    await tabTo(page, 'header a[href$="/sign-in"]');
  }));

/** Enter on a link that leads to a place of the same page. */
async function follows(page, link, place) {
  await tabTo(page, link);
  await page.keyboard.press("Enter");
  assert.ok(await on(page, place), `${link} leads to ${place}`);
}

task("a profile is edited by keyboard: faults are read and mended, and what is saved is there (en)", () =>
  walk("member", "profile", { lang: "en" }, async (page) => {
    await page.goto("/en/desk");
    await skip(page);
    await follow(page, 'main .lines a[href*="/people/"]');
    const before = await record(page);
    const address = page.url();
    await skip(page);
    await follow(page, 'main a.btn[href$="/edit"]');
    // Once round the whole form and back: nothing keeps the reader, nothing is only reached one way.
    const stops = await round(page);
    assert.ok(stops.length > 50, `${stops.length} stops`);
    await page.reload();
    assert.deepEqual((await round(page, { back: true })).sort(), stops.sort());
    await page.reload();
    await skip(page);
    await write(page, '[name="headline.en"]', `Walked by keyboard ${stamp}`);
    // The toolbar over a text is in the way as well as of use.
    await tabTo(page, 'fieldset#f-about .langs > :last-child .tb button[aria-label="Bold"]');
    await page.keyboard.press("Space");
    assert.ok(await on(page, '[name="about.en"]'), "the text is at hand after its button");
    await page.keyboard.type("Briefly");
    await tabTo(page, '[name="fields"][value="immunology"]');
    await page.keyboard.press("Space");
    await write(page, '[name="website"]', "no address");
    const refused = await follow(page, save);
    assert.equal(refused.status(), 422);
    await page.waitForFunction(() => document.activeElement?.id === "errors");
    await follows(page, "#errors a", "#f-website[aria-invalid=true]");
    await write(page, '[name="website"]', `https://${stamp}.example.org/`);
    await leave(page);
    assert.equal(page.url(), address);
    assert.match(await page.innerText(notice), /saved/i);
    const { fields } = await record(page);
    assert.equal(fields.headline.en.text, `Walked by keyboard ${stamp}`);
    assert.equal(fields.about.en.text, "**Briefly**");
    assert.equal(fields.website, `https://${stamp}.example.org/`);
    assert.notEqual(fields.fields.includes("immunology"), before.fields.fields.includes("immunology"));
  }));

task("a member registers for a gathering by keyboard, and answers its question with the arrows (ja)", async () => {
  const seminar = await gathering(`Walk by keyboard ${stamp}`);
  await walk("member", "registration", { lang: "ja" }, async (page) => {
    await page.goto(`/ja${seminar.path}`);
    await skip(page);
    await follow(page, 'main a[href$="/register"]');
    await skip(page);
    await write(page, "#f-name", `島津 ${stamp}`);
    await write(page, "#f-organization", "歩く会");
    const refused = await follow(page, save);
    assert.equal(refused.status(), 422);
    await page.waitForFunction(() => document.activeElement?.id === "errors");
    await follows(page, "#errors a", "fieldset");
    await tab(page);
    assert.ok(await on(page, 'input[type=radio][value="0"]'), "the first choice comes after its question");
    await page.keyboard.press("ArrowDown");
    assert.ok(await on(page, 'input[type=radio][value="1"]:checked'));
    await follow(page, save);
    assert.match(new URL(page.url()).pathname, /^\/ja\/registrations\//);
    assert.match(await page.innerText("main"), /魚/);
    assert.match(await seminar.row(`島津 ${stamp}`), /歩く会[\s\S]*Confirmed/);
  });
});

task("a participant of a round answers by keyboard whom to meet and when it cannot come (en)", async () => {
  const talks = await asking(`Round by keyboard ${stamp}`);
  // As narrow as a wide window is at four times its size, with the bar at its foot.
  await walk(null, "wishes", { lang: "en", width: 390, height: 844 }, async (page) => {
    await page.goto(`/en${talks.path}`);
    await skip(page);
    // A group of choices is one stop; the arrows go through it.
    await tabTo(page, 'li.wish:nth-child(1) input[type=radio]');
    assert.ok(await on(page, "input:checked"), "the stop is at what is chosen");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    assert.ok(await on(page, '[value="must"]:checked'));
    await tabTo(page, "li.wish:nth-child(1) summary");
    await page.keyboard.press("Enter");
    await write(page, 'li.wish:nth-child(1) [name^="note."]', "Frozen transport");
    await tabTo(page, 'li.wish:nth-child(3) input[type=radio]');
    await page.keyboard.press("ArrowRight");
    await tabTo(page, '[name="off"]');
    await page.keyboard.press("Space");
    const slot = await page.locator('[name="off"]').first().getAttribute("value");
    await write(page, "#f-issue", "A thicker sheet");
    await follow(page, save);
    assert.match(await page.innerText(notice), /saved/i);
    const known = await talks.answer();
    assert.deepEqual(wish(known, "Company 1"), { chosen: "must", note: "Frozen transport" });
    assert.equal(wish(known, "Company 2").chosen, "");
    assert.equal(wish(known, "Company 3").chosen, "no");
    assert.ok(known.includes(`name="off" value="${slot}" checked`), "the slot is off");
    assert.ok(known.includes("A thicker sheet"), "what it looks for is kept");
  });
});

task("an introduction is found on the desk and accepted by keyboard (ja)", () =>
  walk("manager", "introduction", { lang: "ja" }, async (page) => {
    await page.goto("/ja/desk");
    await skip(page);
    await follow(page, 'main a[href$="/introductions"]', { text: "届いています" });
    await skip(page);
    await follow(page, "main ul.res a", { text: "桐箱物流" });
    assert.doesNotMatch(await page.innerText("main"), /@/, "nothing before the yes");
    await skip(page);
    // What goes with a no can be ticked and unticked on the way.
    await tabTo(page, "#f-never");
    await page.keyboard.press("Space");
    assert.ok(await page.isChecked("#f-never"));
    await page.keyboard.press("Space");
    await tabTo(page, 'form[action$="/answer"] button[value="yes"]', { text: "会いたい" });
    await leave(page, "Space");
    assert.match(await page.innerText("main"), /kiribako-logi@example\.org/);
    await page.goto("/ja/introductions?show=made");
    assert.match(await page.innerText("main ul.res"), /桐箱物流/);
  }));

task("search by keyboard: the slash opens it, results, kinds, filters and the quick list are reached (en)", () =>
  walk("member", "search", { lang: "en" }, async (page) => {
    await page.goto("/en/desk");
    await leave(page, "/");
    await page.waitForFunction(() => document.activeElement?.matches("main input[type=search]"));
    await page.keyboard.type("kurashiki/");
    assert.equal(await page.inputValue("#f-q"), "kurashiki/", "in a field a slash is a slash");
    await page.keyboard.press("Backspace");
    await leave(page);
    await skip(page);
    await follow(page, "main nav.seg a", { text: "People" });
    await page.keyboard.press("/");
    assert.ok(await on(page, "main input[type=search]"), "the field of the page itself");
    await follow(page, "main ul.res a", { text: "Chizuru" });
    assert.match(await page.innerText("h1"), /Chizuru Kurashiki/);

    // A filter applies at once, and one goes on where one was.
    await page.goto("/en/directory?type=organization");
    await skip(page);
    const total = () => page.innerText("main [role=status] b").then((text) => Number(text.replaceAll(",", "")));
    const all = await total();
    for (const value of ["startup", "university"]) {
      await tabTo(page, `form.filters [name="kind"][value="${value}"]`);
      await leave(page, "Space");
      assert.ok((await total()) < all, `${await total()} of ${all} with ${value}`);
      assert.ok(await on(page, `[name="kind"][value="${value}"]:checked`), "the focus is where it was");
    }

    // The quick list, and back without it.
    await tabTo(page, "main ul.res a");
    await page.keyboard.press("Control+k");
    assert.ok(await on(page, "dialog.pal input"));
    await page.keyboard.press("Escape");
    assert.ok(await on(page, "main ul.res a"), "the focus is where it was");
    await page.keyboard.press("Control+k");
    await page.keyboard.type("miotsukushi bio");
    await page.locator("dialog.pal [role=option]", { hasText: "Miotsukushi Bio" }).first().waitFor();
    const chosen = () => page.innerText("dialog.pal [role=option][aria-selected=true]");
    for (let down = 0; down < 20 && !(await chosen()).startsWith("Miotsukushi Bio"); down += 1) await page.keyboard.press("ArrowDown");
    await leave(page);
    assert.match(await page.innerText("h1"), /Miotsukushi Bio/);

    // Keys of one character are switched off, for those who speak to their machine.
    await page.keyboard.press("?");
    await tabTo(page, "dialog.help input");
    await page.keyboard.press("Space");
    await page.keyboard.press("Escape");
    const address = page.url();
    await page.keyboard.press("/");
    await page.keyboard.press("Tab");
    assert.equal(page.url(), address);
    assert.ok(!(await on(page, "input[type=search]")));
  }));

task("what scrolls sideways or stays in place hides no stop from a reader with a keyboard (en)", () =>
  walk(null, "sideways", { lang: "en", width: 390, height: 844 }, async (page) => {
    // The first column of the matrix stays; the row of kinds is wider than the window.
    for (const [path, back] of [["agreements/matrix", true], ["directory", false]]) {
      await page.goto(`/en/${path}`);
      assert.ok((await round(page, { back })).length > 20, path);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto("/en/map");
    await tabTo(page, "main nav.seg a", { text: "Table" });
  }));
