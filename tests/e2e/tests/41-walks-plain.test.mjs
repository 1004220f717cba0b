// Six tasks without script, with ordinary clicks. The same tasks with the keyboard alone, in the other language, are in
// 41-walks-keyboard.
import { after, before } from "node:test";
import assert from "node:assert/strict";
import { openBrowser } from "../lib/browser.mjs";
import { follow } from "../lib/gatherings.mjs";
import { as, asking, gathering, mailTo, record, task, wish } from "../lib/walks.mjs";
import { base, PASSWORD } from "../lib/web.mjs";

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

const stamp = Date.now().toString(36);
const save = "main form .acts button";
const notice = ".notice[role=status]";
const phone = { width: 390, height: 844 };
const walk = (who, name, how, work) => as(browser, who, `plain-${name}`, { script: false, ...how }, work);

task("sign-in without script on a phone: from the front page over a wrong password to the desk, and out again (en)", () =>
  walk(null, "sign-in", { lang: "en", ...phone }, async (page) => {
    await page.goto("/en/");
    await follow(page, 'header a[href$="/sign-in"]');
    assert.equal(await page.locator("[data-passkey]:visible").count(), 0, "nothing is offered that needs script");
    await page.fill("#f-email", "concierge@example.jp");
    await page.fill("#f-password", "not the password");
    await follow(page, "main form button.btn.full");
    assert.match(await page.innerText(".errs"), /check your entries/i);
    assert.equal(await page.inputValue("#f-email"), "concierge@example.jp", "the address is kept");
    await page.fill("#f-password", PASSWORD);
    await follow(page, "main form button.btn.full");
    assert.equal(new URL(page.url()).pathname, "/en/desk");
    await page.click("header details.menu summary");
    await follow(page, '.menu-b a[href$="/account"]');
    assert.match(await page.innerText("main"), /concierge@example\.jp/);
    await page.click("header details.menu summary");
    await follow(page, 'form[action="/sign-out"] button');
    assert.equal((await page.request.get("/en/account", { maxRedirects: 0 })).ok(), false, "signed out");
  }));

task("a profile is edited without script: faults are read and mended, and what is saved is there (ja)", () =>
  walk("manager", "profile", { lang: "ja" }, async (page) => {
    await page.goto("/ja/desk");
    await follow(page, 'main .lines a[href*="/people/"]');
    const before = await record(page);
    const address = page.url();
    await follow(page, 'main a.btn[href$="/edit"]');
    await page.fill('[name="headline.ja"]', `スクリプトなしで歩いた人 ${stamp}`);
    await page.click('[name="fields"][value="immunology"]');
    await page.fill('[name="website"]', "住所ではない");
    await follow(page, save);
    assert.match(await page.innerText(".errs"), /入力をご確認ください/);
    assert.equal(await page.inputValue('[name="headline.ja"]'), `スクリプトなしで歩いた人 ${stamp}`, "what was typed is kept");
    await page.click(".errs a");
    assert.ok(page.url().endsWith("#f-website"), "the fault leads to its field");
    await page.fill("#f-website", `https://${stamp}.example.org/`);
    await follow(page, save);
    assert.equal(page.url(), address);
    assert.match(await page.innerText(notice), /保存/);
    const { fields } = await record(page);
    assert.equal(fields.headline.ja.text, `スクリプトなしで歩いた人 ${stamp}`);
    assert.equal(fields.website, `https://${stamp}.example.org/`);
    assert.notEqual(fields.fields.includes("immunology"), before.fields.fields.includes("immunology"));
  }));

task("a visitor registers for a gathering without script on a phone, and finds the registration by mail (en)", async () => {
  const seminar = await gathering(`Walk without script ${stamp}`);
  const [name, email] = [`Wim ${stamp}`, `walk-${stamp}@example.jp`];
  await walk(null, "registration", { lang: "en", ...phone }, async (page) => {
    await page.goto(`/en${seminar.path}`);
    await follow(page, 'main a[href$="/register"]');
    await page.fill("#f-name", name);
    await page.fill("#f-email", email);
    await follow(page, save);
    assert.match(await page.innerText(".errs"), /check your entries/i);
    assert.equal(await page.inputValue("#f-email"), email, "what was typed is kept");
    await page.locator("main form label", { hasText: "Fish" }).click();
    await follow(page, save);
    assert.match(await page.innerText("h1"), /We have your registration/);
    assert.match(await seminar.row(name), /Confirmed/);
    const [ticket] = /\/en\/tickets\/[\w-]+/.exec(await mailTo(email, /\/tickets\//));
    await page.goto(base + ticket);
    assert.match(await page.innerText("main"), new RegExp(name));
    assert.match(await page.innerText("main"), /Fish/);
  });
});

task("a participant of a round answers without script on a phone whom to meet and when it cannot come (ja)", async () => {
  const talks = await asking(`Round without script ${stamp}`);
  await walk(null, "wishes", { lang: "ja", ...phone }, async (page) => {
    await page.goto(`/ja${talks.path}`);
    const company = (name) => page.locator("li.wish", { hasText: name });
    await company("Company 1").locator("label", { hasText: "◎" }).click();
    await company("Company 1").locator("summary").click();
    await company("Company 1").locator('[name^="note."]').fill("凍結輸送について");
    await company("Company 3").locator("label", { hasText: "×" }).click();
    const slot = page.locator("label", { has: page.locator('[name="off"]') }).last();
    await slot.click();
    await page.fill("#f-issue", "厚いシート");
    await follow(page, save);
    assert.match(await page.innerText(notice), /保存/);
    const known = await talks.answer();
    assert.deepEqual(wish(known, "Company 1"), { chosen: "must", note: "凍結輸送について" });
    assert.equal(wish(known, "Company 2").chosen, "");
    assert.equal(wish(known, "Company 3").chosen, "no");
    const off = await slot.locator("input").getAttribute("value");
    assert.ok(known.includes(`name="off" value="${off}" checked`), "the slot is off");
    assert.ok(known.includes("厚いシート"), "what it looks for is kept");
  });
});

task("an introduction is found on the desk and declined without script (en)", () =>
  walk("manager", "introduction", { lang: "en" }, async (page) => {
    await page.goto("/en/desk");
    await follow(page, 'main .res a[href$="/introductions"]');
    await follow(page, 'main ul.res a:has-text("Polder Vision")');
    await follow(page, 'form[action$="/answer"] button[value="no"]');
    assert.match(await page.innerText("main"), /Did not come about/);
    assert.doesNotMatch(await page.innerText("main"), /@/, "no contact details after a no");
    await page.goto("/en/introductions?show=closed");
    assert.match(await page.innerText("main ul.res"), /Polder Vision/);
  }));

task("search without script on a phone: results, kinds and filters are reached (ja)", () =>
  walk(null, "search", { lang: "ja", ...phone }, async (page) => {
    await page.goto("/ja/");
    await follow(page, "#search-link");
    await page.fill("#f-q", "くらしき");
    await follow(page, "main form[role=search] button");
    await follow(page, 'main nav.seg a:has-text("人")');
    await follow(page, 'main ul.res a:has-text("千鶴")');
    assert.match(await page.innerText("h1"), /倉敷 千鶴/);

    // Filters are a page of their own, opened by a link and applied by a button.
    await page.goto("/ja/directory?type=organization");
    const total = () => page.innerText("main [role=status] b").then((text) => Number(text.replaceAll(",", "")));
    const all = await total();
    assert.ok(await page.locator("form.filters").isHidden());
    await page.click('main a[href="#filters"]');
    await page.check('form.filters [name="kind"][value="startup"]');
    await follow(page, "form.filters .apply button");
    const some = await total();
    assert.ok(some > 0 && some < all, `${some} of ${all}`);
    await follow(page, "main .chips a.chip.on");
    assert.equal(await total(), all);
  }));
