// Around a gathering: badges as PDF, a survey from its questions to its results, the words of mails, and what changed in a
// timetable. Each in both languages.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { openBrowser, stateOf, visit, witness } from "../lib/browser.mjs";
import { choose, follow, guests, published, tick } from "../lib/gatherings.mjs";
import { mails } from "../lib/hub.mjs";
import { textOf } from "../lib/mail.mjs";
import { ask } from "../lib/web.mjs";

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

const save = "main form.form .acts button";
const stamp = Date.now().toString(36);
const UUID = /[0-9a-f]{8}-[0-9a-f-]{27}/;

async function as(who, name, lang, work, options = {}) {
  const page = await visit(browser, { lang, state: who && (await stateOf(browser, who)), ...options });
  try {
    await witness(name, page, () => work(page));
    assert.deepEqual(page.faults.filter((fault) => !/^4(09|22) /.test(fault)), [], `${name}: the page complains`);
  } finally {
    await page.context().close();
  }
}

/** A file that a link hands out, by the browser's own download where it is not shown. */
async function taken(page, href) {
  const answer = await page.context().request.get(href);
  assert.equal(answer.status(), 200, href);
  return { type: answer.headers()["content-type"], bytes: await answer.body() };
}

/** What a program that reads PDF finds in it; null where there is none on this machine. */
function textOfPdf(bytes) {
  try {
    return execFileSync("pdftotext", ["-layout", "-", "-"], { input: bytes }).toString();
  } catch (error) {
    if (error.code === "ENOENT") return null;
    throw error;
  }
}

async function mailTo(address, pattern) {
  for (let tries = 0; tries < 100; tries += 1) {
    const found = mails().find((one) => one.to.includes(address) && pattern.test(textOf(one.raw)));
    if (found) return textOf(found.raw);
    await sleep(200);
  }
  throw new Error(`no mail to ${address} with ${pattern}`);
}

for (const lang of ["ja", "en"]) {
  const t = (ja, en) => (lang === "ja" ? ja : en);

  test(`badges come as a PDF with every name, and names stay clear of their codes (${lang})`, () =>
    as("events", `badges-${lang}`, lang, async (page) => {
      const gathering = await published(page, lang, { title: `Badge seminar ${lang} ${stamp}` });
      const long = "国立研究開発法人 未来医療細胞製造技術研究開発機構 関西支部 自動培養装置開発推進室 第二研究グループ";
      const names = [`水無瀬 あかり ${lang}`, `Wilhelmina van der Bergh-Östlund ${lang}`];
      await guests(gathering, names, `badge-${lang}-${stamp}`, { organization: long });
      await page.goto(`${gathering}/badges`);
      for (const width of [1440, 390]) {
        await page.setViewportSize({ width, height: 900 });
        const clash = await page.evaluate(() => [...document.querySelectorAll(".badges li")].some((one) => {
          const code = one.querySelector("svg").getBoundingClientRect();
          const card = one.getBoundingClientRect();
          if (code.bottom > card.bottom || code.right > card.right) return true;
          return [...one.querySelectorAll("bdi")].some((text) => [...text.getClientRects()].some((box) =>
            box.left < code.right && code.left < box.right && box.top < Math.min(code.bottom, text.closest("p").getBoundingClientRect().bottom) && code.top < box.bottom));
        }));
        assert.equal(clash, false, `words run under the code at ${width} px`);
      }
      const link = page.locator('main a.btn[href$="/badges.pdf"]');
      assert.match(await link.innerText(), t(/PDF を開く/, /Open the PDF/));
      const { type, bytes } = await taken(page, await link.getAttribute("href"));
      assert.match(type, /^application\/pdf/);
      assert.equal(bytes.subarray(0, 5).toString(), "%PDF-");
      assert.match(bytes.subarray(-8).toString("latin1"), /%%EOF/);
      const text = textOfPdf(bytes);
      if (text !== null) for (const name of names) assert.ok(text.replace(/\s+/g, "").includes(name.replace(/\s+/g, "").slice(0, 12)), `${name} is on a badge:\n${text.slice(0, 600)}`);
      // Opened as a reader does. Headless Chromium hands files over instead of drawing them.
      const download = page.waitForEvent("download", { timeout: 10_000 }).catch(() => null);
      await link.click();
      const file = await download;
      if (file) assert.equal(readFileSync(await file.path()).subarray(0, 5).toString(), "%PDF-");
    }));

  test(`a survey is built, answered once, and its results are read (${lang})`, async () => {
    let forum;
    await as("events", `survey-build-${lang}`, lang, async (page) => {
      // A survey of one's own: questions, and who stands by their name.
      const gathering = await published(page, lang, { title: `Survey seminar ${lang} ${stamp}` });
      await page.goto(`${gathering}/survey`);
      const gap = await page.evaluate(() => {
        const [button, box] = [document.querySelector("main .row.between .btn"), document.querySelector("main .empty")];
        return box.getBoundingClientRect().top - button.getBoundingClientRect().bottom;
      });
      assert.ok(gap >= 12, `the button keeps ${gap} px from the box below it`);
      for (const [kind, ja, en] of [["scale", "満足度", "Satisfaction"], ["choice", "また来ますか", "Will you come again?"]]) {
        await follow(page, 'main a.btn[href*="/survey-questions/new"]');
        await page.fill('[name="label.ja"]', ja);
        await page.fill('[name="label.en"]', en);
        await choose(page, "kind", kind);
        if (kind === "choice") {
          await page.fill('[name="options.ja"]', "はい\nいいえ");
          await page.fill('[name="options.en"]', "Yes\nNo");
        }
        await follow(page, save);
        await page.goto(`${gathering}/survey`);
      }
      assert.equal(await page.locator("main ol.bul > li").count(), 2);
      assert.match(await page.innerText("main"), t(/満足度[\s\S]*また来ますか/, /Satisfaction[\s\S]*Will you come again/));
      await follow(page, 'main .tip a.btn[href*="/edit"]');
      await choose(page, "survey", "named");
      await follow(page, save);
      await page.goto(`${gathering}/survey`);
      assert.match(await page.innerText("main"), t(/記名/, /With names/));
      assert.equal(await page.locator("main .tip").count(), 0, "it is open");
      // The sample's own, which has answers.
      await page.goto(`/${lang}/gatherings?when=past`);
      const found = page.locator('main a[href*="/gatherings/"]', { hasText: t("第11回", "11th") }).first();
      forum = new URL(await found.getAttribute("href"), page.url()).pathname;
    });
    // The sample's member answers in Japanese, its manager in English.
    await as(lang === "ja" ? "member" : "manager", `survey-answer-${lang}`, lang, async (page) => {
      await page.goto(forum);
      await follow(page, 'main a.btn[href*="/registrations/"]:visible');
      await follow(page, 'main a.btn[href*="/survey"]');
      const address = page.url();
      await follow(page, save);
      assert.match(await page.innerText(".errs"), t(/必ずお答え/, /Please answer/), "the scale is needed");
      await page.check('input[type=radio][value="5"]');
      await page.fill("main textarea", `<b>Quiet</b> & {{link}} https://example.org ${stamp}`);
      await follow(page, save);
      assert.ok(!page.url().endsWith("/survey"), "back at the registration");
      await page.goto(address);
      assert.match(await page.innerText("main"), t(/ありがとうございました/, /Thank you/));
      assert.equal(await page.locator("main form.form").count(), 0, "one answer a person");
    });
    await as("events", `survey-results-${lang}`, lang, async (page) => {
      await page.goto(`${forum}/survey`);
      const words = await page.innerText("main");
      assert.ok(words.includes(`<b>Quiet</b> & {{link}} https://example.org ${stamp}`), "as it was typed");
      assert.equal(await page.locator("main ul.bul b, main ul.bul a").count(), 0, "nothing typed becomes markup");
      assert.match(words, t(/無記名/, /Anonymous/));
      assert.ok((await page.locator("main table.tbl meter").count()) >= 8, "bars of the scale and of the choices");
      assert.doesNotMatch(words, /member@example\.jp|水城|園田/, "anonymous");
      const csv = await taken(page, await page.getAttribute('main a[href$=".csv"]', "href"));
      assert.ok(csv.bytes.toString("utf8").startsWith("\ufeff"));
      const book = await taken(page, await page.getAttribute('main a[href$=".xlsx"]', "href"));
      assert.equal(book.bytes.subarray(0, 2).toString(), "PK");
    });
  });

  test(`mails are rewritten, previewed, held and released; what guests typed stays harmless (${lang})`, () =>
    as("events", `mails-${lang}`, lang, async (page) => {
      const more = () => tick(page, "hold_mails");
      const gathering = await published(page, lang, { title: `Mail seminar ${lang} ${stamp}`, more });
      await page.goto(`${gathering}/mails`);
      await follow(page, 'main a[href$="/mails/confirmed"]');
      // A mistake is named and nothing is lost.
      const own = `Welcome to {{title}}, {{name}} of {{organization}}. ${stamp}\n\n{{link}}`;
      await page.fill('[name="body.en"]', own.replace("{{name}}", "{{nmae}}"));
      await follow(page, 'main button[value="save"]');
      assert.match(await page.innerText(".errs"), /nmae/);
      assert.match(await page.inputValue('[name="body.en"]'), /nmae/);
      for (const side of ["ja", "en"]) {
        await page.fill(`[name="subject.${side}"]`, `Seat {{name}} ${side}`);
        await page.fill(`[name="body.${side}"]`, own);
      }
      await follow(page, 'main button[value="preview"]');
      const preview = page.locator("main section.card pre");
      assert.match(await preview.innerText(), t(/見本 花子/, /Hanako Mihon/));
      assert.match(await page.innerText("main section.card"), t(/まだ保存していません/, /Not saved yet/));
      await follow(page, 'main button[value="save"]');
      assert.equal(await page.locator("main .tag").count(), 2, "both languages are the staff's own");

      // Somebody tries to write a link, a header and a placeholder into the mail.
      const name = "Eve {{link}} https://evil.example/x <b>b</b>";
      const address = `guest-0-mail-${lang}-${stamp}@example.jp`;
      await guests(gathering, [name], `mail-${lang}-${stamp}`, { organization: "www.evil.example" });
      await page.goto(`${gathering}/mails/confirmed`);
      await follow(page, 'main button[value="preview"]');
      const shown = await preview.innerText();
      assert.doesNotMatch(shown, /https:\/\/evil|\bwww\.evil\.example/, "nothing typed becomes a link");
      assert.equal(await page.locator("main section.card pre b, main section.card pre a").count(), 0);
      assert.ok(!mails().some((one) => one.to.includes(address)), "held");
      await page.goto(`${gathering}/registrations`);
      assert.match(await page.innerText("main .tip"), /1/);
      await follow(page, "main form.tip button");
      assert.equal(await page.locator("main form.tip").count(), 0);
      const mail = await mailTo(address, new RegExp(stamp));
      assert.match(mail, /Welcome to /);
      assert.doesNotMatch(mail, /https:\/\/evil|\bwww\.evil\.example/);
      const links = mail.match(/https?:\/\/\S+/g) ?? [];
      assert.ok(links.length === 1 && links[0].includes("/tickets/"), `the only link is the registration's: ${links}`);
      // Back to the standard words.
      await page.goto(`${gathering}/mails/confirmed`);
      await follow(page, 'main button[value="reset"]');
      assert.doesNotMatch(await page.inputValue('[name="body.en"]'), new RegExp(stamp));
    }));

  test(`the timetable of a published gathering has a page of changes and an Atom feed (${lang})`, () =>
    as("events", `changes-${lang}`, lang, async (page) => {
      const gathering = await published(page, lang, { title: `Change <b>& seminar ${lang} ${stamp}` });
      await page.goto(`/${lang}/sessions/new?gathering=${UUID.exec(gathering)[0]}`);
      await page.fill('[name="title.ja"]', "開会");
      await page.fill('[name="title.en"]', "Opening");
      await choose(page, "kind", "talk");
      await page.fill('[name="start"]', "2027-03-08T14:00");
      await page.fill('[name="end"]', "2027-03-08T14:30");
      await follow(page, save);
      // What follows within the hour is still the first version: the timetable as it was published.
      await page.goto(`${gathering}/changes`);
      const versions = page.locator("main ol.stack > li");
      assert.equal(await versions.count(), 1);
      assert.match(await versions.innerText(), t(/第1版/, /Version 1/));
      assert.equal(await page.locator("main ol.stack b").count(), 0);
      const feed = await page.getAttribute('link[rel=alternate][type="application/atom+xml"]', "href");
      assert.equal(await page.getAttribute('main a[href*="changes.atom"]', "href"), feed);
      const { type, bytes } = await taken(page, feed);
      assert.match(type, /^application\/atom\+xml/);
      const read = await page.evaluate((text) => {
        const read = new DOMParser().parseFromString(text, "application/xml");
        const words = (selector) => read.querySelector(selector)?.textContent ?? "";
        const needed = ["feed > id", "feed > title", "feed > updated", "feed > author > name", "entry > id", "entry > title", "entry > updated"];
        const updated = [...read.querySelectorAll("updated")].map((one) => one.textContent);
        return {
          broken: words("parsererror"), missing: needed.filter((selector) => !words(selector)), title: words("feed > title"),
          entries: read.querySelectorAll("entry").length, lang: read.documentElement.getAttribute("xml:lang"),
          dates: updated.every((one) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(one)),
          to: [...read.querySelectorAll("entry > link")].map((one) => one.getAttribute("href")),
        };
      }, bytes.toString("utf8"));
      assert.deepEqual([read.broken, read.missing, read.entries, read.lang, read.dates], ["", [], 1, lang, true], "a feed by RFC 4287");
      assert.ok(read.title.includes("Change <b>& seminar"), read.title);
      assert.ok(read.to.every((href) => href.startsWith(gathering)), "entries lead to the page");
      // Whoever may see the gathering may read it, without signing in.
      const { pathname, search } = new URL(feed, page.url());
      assert.equal((await ask(pathname + search)).status, 200);
    }));
}
