// What people come for, done in a real browser. The main journeys run twice: with script, and with script switched off.
import test, { after, before, describe } from "node:test";
import assert from "node:assert/strict";
import { openBrowser, stateOf, signIn, visit, witness } from "../lib/browser.mjs";

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

const stamp = Date.now().toString(36);
const save = "main form.form .acts button";
const notice = ".notice[role=status]";

/** A page of a signed-in sample account; `work` gets it, a picture is kept when it fails. */
async function as(who, name, work, options = {}) {
  const state = who ? await stateOf(browser, who) : undefined;
  const page = await visit(browser, { state, ...options });
  try {
    await witness(name, page, () => work(page));
    assert.deepEqual(page.faults.filter((fault) => !/^4(09|22) /.test(fault)), [], `${name}: the page complains`);
  } finally {
    await page.context().close();
  }
}

/** Follows a click that leads to another page. */
async function follow(page, selector) {
  await Promise.all([page.waitForNavigation({ waitUntil: "load" }), page.click(selector)]);
}

/** The first organization of the sample that matches, by search. */
async function openRecord(page, words, path, lang = "en") {
  await page.goto(`/${lang}/search?q=${encodeURIComponent(words)}`);
  await follow(page, `main ul.res a[href*="/${path}/"]`);
}

for (const script of [true, false]) {
  const how = script ? "with script" : "without script";
  const tag = script ? "js" : "plain";
  describe(how, () => {
    test(`sign-in by password: a wrong one is explained, the right one opens the desk (${how})`, () =>
      as(null, `sign-in-${tag}`, async (page) => {
        await page.goto("/en/sign-in");
        await page.fill("#f-email", "member@example.jp");
        await page.fill("#f-password", "not the password");
        await follow(page, "main form button.btn.full");
        assert.match(await page.innerText(".errs"), /check your entries/i);
        assert.equal(await page.inputValue("#f-email"), "member@example.jp", "the address is kept");
        await page.fill("#f-password", "musubi-sample");
        await follow(page, "main form button.btn.full");
        assert.match(page.url(), /\/en\//);
        await page.goto("/en/account");
        assert.match(await page.innerText("main"), /member@example\.jp/);
      }, { script }));

    test(`a profile is edited: an error keeps the input, then it is saved, seen in the history and undone (${how})`, () =>
      as("concierge", `edit-${tag}`, async (page) => {
        await openRecord(page, "Miotsukushi Bio", "organizations");
        const address = page.url();
        await follow(page, 'main a.btn[href$="/edit"]');
        const before = await page.inputValue('[name="summary.en"]');
        const after = `Edited ${how} ${stamp}`;
        await page.fill('[name="summary.en"]', after);
        await page.fill('[name="website"]', "not an address");
        const [answer] = await Promise.all([page.waitForNavigation(), page.click(save)]);
        assert.equal(answer.status(), 422);
        assert.match(await page.innerText(".errs"), /./);
        assert.equal(await page.getAttribute('[name="website"]', "aria-invalid"), "true");
        assert.equal(await page.inputValue('[name="summary.en"]'), after, "what was typed is kept");
        assert.equal(await page.inputValue('[name="website"]'), "not an address");
        await page.fill('[name="website"]', "https://miotsukushi.example.org/");
        await follow(page, save);
        assert.equal(page.url(), address);
        assert.match(await page.innerText(notice), /saved/i);
        assert.match(await page.innerText("main"), new RegExp(after));
        await page.reload();
        assert.equal(await page.locator(notice).count(), 0, "the notice is shown once");
        await follow(page, 'main a.btn[href$="/history"]');
        const step = page.locator("main ol.tl > li", { hasText: after });
        assert.equal(await step.count(), 1);
        await Promise.all([page.waitForNavigation(), step.locator("button").click()]);
        await page.goto(address);
        const words = await page.innerText("main");
        assert.ok(!words.includes(after) && (before === "" || words.includes(before)), "undone");
      }, { script }));

    test(`a manager posts a need and finds it in the list (${how})`, () =>
      as("manager", `need-${tag}`, async (page) => {
        await openRecord(page, "Miotsukushi Bio", "organizations");
        await follow(page, 'main a[href*="/listings/new"]');
        assert.notEqual(await page.inputValue('[name="party"]'), "", "whose need it is, is filled in");
        const title = `Quiet pumps ${tag} ${stamp}`;
        await page.fill('[name="title.en"]', title);
        await page.fill('[name="title.ja"]', `静かなポンプ ${tag} ${stamp}`);
        await page.selectOption('[name="side"]', "need");
        await page.selectOption('[name="kind"]', "technology");
        await follow(page, save);
        assert.match(await page.innerText(notice), /added/i);
        assert.match(await page.innerText("h1"), new RegExp(title));
        await finds(page, `/en/listings?q=${encodeURIComponent(title)}`, title);
      }, { script }));

    test(`a manager proposes a change, the concierge sees what differs and accepts it (${how})`, async () => {
      const words = `Proposed ${how} ${stamp}`;
      let address;
      await as("manager", `propose-${tag}`, async (page) => {
        await openRecord(page, "Miotsukushi Bio", "organizations");
        address = page.url();
        await follow(page, 'main a.btn[href$="/edit"]');
        await page.fill('[name="summary.en"]', words);
        await follow(page, save);
        assert.match(await page.innerText(notice), /review/i);
        assert.doesNotMatch(await page.innerText("main"), new RegExp(words), "not published yet");
      }, { script });
      await as("concierge", `review-${tag}`, async (page) => {
        await page.goto("/en/desk");
        await page.goto("/en/proposals");
        const card = page.locator("main article", { hasText: words });
        assert.equal(await card.count(), 1);
        await Promise.all([page.waitForNavigation(), card.locator('form[action$="/accept"] button').click()]);
        assert.match(await page.innerText(notice), /accepted/i);
        await page.goto(address);
        assert.match(await page.innerText("main"), new RegExp(words));
      }, { script });
    });

    test(`two editors of one record meet on a page with both versions, and nothing is lost (${how})`, async () => {
      const state = await stateOf(browser, "director");
      const [one, two] = [await visit(browser, { state, script }), await visit(browser, { state, script })];
      await witness(`conflict-${tag}`, two, async () => {
        await openRecord(one, "Kawanote University", "organizations");
        const address = one.url();
        await one.goto(`${address}/edit`);
        await two.goto(`${address}/edit`);
        await one.fill('[name="summary.en"]', `First ${tag} ${stamp}`);
        await follow(one, save);
        await two.fill('[name="summary.en"]', `Second ${tag} ${stamp}`);
        const [answer] = await Promise.all([two.waitForNavigation(), two.click(save)]);
        assert.equal(answer.status(), 409);
        const table = await two.innerText("main section[role=alert]");
        assert.match(table, new RegExp(`First ${tag} ${stamp}`));
        assert.match(table, new RegExp(`Second ${tag} ${stamp}`));
        assert.equal(await two.inputValue('[name="summary.en"]'), `Second ${tag} ${stamp}`);
        await follow(two, save);
        assert.match(await two.innerText("main"), new RegExp(`Second ${tag} ${stamp}`));
      });
      await one.context().close();
      await two.context().close();
    });

    test(`a sheet with a faulty row is imported, the row is mended and imported, and all is undone (${how})`, () =>
      as("director", `import-${tag}`, async (page) => {
        const csv = (kind) => `name.ja,name.en,kind\n試験製作所 ${tag}${stamp},Test Works ${tag}${stamp},company\n試験研究所 ${tag}${stamp},Test Lab ${tag}${stamp},${kind}\n`;
        await page.goto("/en/organizations/import");
        await page.setInputFiles('input[type="file"]', { name: "sheet.csv", mimeType: "text/csv", buffer: Buffer.from(csv("spaceship")) });
        await follow(page, save);
        await page.waitForSelector("main table tr.bad");
        assert.match(await page.innerText("main tr.bad mark"), /spaceship/);
        await page.click('main button[value="run"]');
        await finished(page, script);
        assert.match(await page.innerText("main"), /Errors\s*1/);
        // The rows left out come back as a sheet, with the reason beside each.
        const faulty = await page.request.get(await page.getAttribute('main a[href$="/errors.csv"]', "href"));
        const rows = (await faulty.body()).toString("utf8");
        assert.match(rows, /spaceship/);
        assert.doesNotMatch(rows, /Test Works/);
        await page.goto("/en/organizations/import");
        await page.setInputFiles('input[type="file"]', { name: "mended.csv", mimeType: "text/csv", buffer: Buffer.from(rows.replaceAll("spaceship", "university")) });
        await follow(page, save);
        await page.click('main button[value="run"]');
        await finished(page, script);
        assert.match(await page.innerText("main"), /New\s*1/);
        const result = page.url();
        await finds(page, `/en/organizations?q=${encodeURIComponent(`Test Lab ${tag}${stamp}`)}`, `Test Lab ${tag}${stamp}`);
        await page.goto(result);
        await page.click('main form[action$="/undo"] button');
        await page.waitForLoadState("load");
        for (let turn = 0; turn < 20 && !(await page.innerText("main")).match(/undone|taken back|put back|removed/i); turn += 1) {
          await page.waitForTimeout(500);
          await page.goto(result);
        }
        assert.match(await page.innerText("main"), /undone|taken back|put back|removed/i);
      }, { script }));

    test(`an agreement gets a party, a clause and evidence that it was used (${how})`, () =>
      as("agreements", `agreement-${tag}`, async (page) => {
        await page.goto("/en/agreements/new");
        const title = `Agreement ${tag} ${stamp}`;
        await page.fill('[name="title.en"]', title);
        await page.fill('[name="title.ja"]', `試験の協定 ${tag} ${stamp}`);
        await page.selectOption('[name="type"]', "mou");
        await page.selectOption('[name="state"]', "signed");
        await page.fill('[name="signed"]', "2021-04");
        await follow(page, save);
        assert.match(await page.innerText("h1"), new RegExp(title));
        const address = page.url();
        await follow(page, 'main a[href*="/agreement-parties/new"]');
        await page.fill('[name="party"]', "LINK-J");
        await follow(page, save);
        await page.goto(address);
        await follow(page, 'main a[href*="/clauses/new"]');
        await page.selectOption('[name="letter"]', { index: 1 });
        await page.fill('[name="text.ja"]', "相互訪問 等");
        await follow(page, save);
        await page.goto(address);
        assert.match(await page.innerText("main ol.clauses"), /相互訪問 等/);
        assert.match(await page.innerText("main ol.clauses"), /never used|asleep/i);
        await follow(page, 'main a[href*="/evidence/new"]');
        await page.fill('[name="title.en"]', `A visit ${tag}`);
        await page.fill('[name="happened"]', "2026-10-01");
        await follow(page, save);
        await page.goto(address);
        assert.match(await page.innerText("main ol.clauses"), new RegExp(`A visit ${tag}`));
      }, { script }));

    test(`language and theme are switched and kept (${how})`, () =>
      as(null, `switch-${tag}`, async (page) => {
        await page.goto("/ja/agreements/matrix");
        await follow(page, 'header a[hreflang="en"]');
        assert.equal(new URL(page.url()).pathname, "/en/agreements/matrix");
        assert.equal(await page.getAttribute("html", "lang"), "en");
        await follow(page, 'footer form.theme button[value="dark"]');
        assert.equal(new URL(page.url()).pathname, "/en/agreements/matrix", "back on the page");
        assert.equal(await page.getAttribute("html", "data-theme"), "dark");
        await page.goto("/ja/");
        assert.equal(await page.getAttribute("html", "data-theme"), "dark");
        const dark = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        await follow(page, 'footer form.theme button[value="light"]');
        assert.notEqual(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), dark);
      }, { script }));

    test(`a filter of the directory narrows the list and is taken away again (${how})`, () =>
      as(null, `facets-${tag}`, async (page) => {
        await page.goto("/en/directory?type=organization");
        const total = () => page.innerText("main [role=status] b").then((text) => Number(text.replaceAll(",", "")));
        const all = await total();
        const box = page.locator('form.filters input[name="kind"]').first();
        // Nothing submits by itself for visitors: reading pages carry no script.
        await box.check();
        await follow(page, "form.filters .apply button");
        const some = await total();
        assert.ok(some > 0 && some < all, `${some} of ${all}`);
        await follow(page, "main .chips a.chip.on");
        assert.equal(await total(), all);
      }, { script }));
  });
}

/** Looks for words in a list that is found through the search index, which follows a write within seconds. */
async function finds(page, address, words) {
  for (let turn = 0; turn < 20; turn += 1) {
    await page.goto(address);
    if ((await page.innerText("main")).includes(words)) return;
    await page.waitForTimeout(250);
  }
  assert.fail(`${words} is not found at ${address}`);
}

/** Waits until an import has finished: by itself with script, by reading the page again without. */
async function finished(page, script) {
  for (let turn = 0; turn < 60; turn += 1) {
    await page.waitForLoadState("load");
    if ((await page.locator("main dl.kv.facts").count()) > 0) return;
    await page.waitForTimeout(500);
    if (!script || turn % 6 === 5) await page.reload();
  }
  throw new Error("the import does not finish");
}

test("search finds the same people by kanji, kana, romaji, and without the space", () =>
  as(null, "search", async (page) => {
    const hits = async (words) => {
      await page.goto(`/ja/search?q=${encodeURIComponent(words)}`);
      return page.$$eval("main ul.res a", (all) => all.map((one) => one.getAttribute("href")));
    };
    const wanted = (await hits("倉敷千鶴"))[0];
    assert.match(wanted, /\/ja\/people\//);
    for (const words of ["倉敷 千鶴", "くらしきちづる", "クラシキ チヅル", "Kurashiki Chizuru", "chizuru kurashiki", "kurashiki", "ｸﾗｼｷ"]) {
      assert.ok((await hits(words)).includes(wanted), `${words} does not find her`);
    }
    for (const words of ["再生", "細胞", "株式会社澪つくしバイオ", "澪つくしバイオ（株）", "ＬＩＮＫ－Ｊ"]) assert.ok((await hits(words)).length > 0, `${words} finds nothing`);
  }));

test("the list of sleeping clauses names the clause, its age and whom to ask", () =>
  as("agreements", "asleep", async (page) => {
    await page.goto("/en/agreements/asleep?hub=all");
    const rows = await page.locator("main table tbody tr").count();
    assert.ok(rows >= 12, `${rows} rows`);
    await follow(page, "main table tbody tr >> nth=0 >> th a");
    assert.match(page.url(), /\/agreements\//);
  }));

test("with the keyboard alone one signs in and searches", () =>
  as(null, "keyboard", async (page) => {
    await page.goto("/en/sign-in");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute("href")), "#main", "the first stop skips to the content");
    await page.keyboard.press("Enter");
    const reach = async (selector) => {
      for (let stop = 0; stop < 60; stop += 1) {
        if (await page.evaluate((selector) => document.activeElement?.matches(selector), selector)) return;
        await page.keyboard.press("Tab");
      }
      throw new Error(`${selector} cannot be reached`);
    };
    await reach("#f-email");
    const outline = await page.evaluate(() => { const style = getComputedStyle(document.activeElement); return `${style.outlineStyle} ${style.boxShadow} ${style.borderColor}`; });
    assert.doesNotMatch(outline, /^none none/, "focus is visible");
    await page.keyboard.type("concierge@example.jp");
    await reach("#f-password");
    await page.keyboard.type("musubi-sample");
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
    await page.goto("/en/");
    await page.keyboard.press("/");
    await page.waitForTimeout(300);
    await page.keyboard.type("LINK-J");
    await Promise.all([page.waitForURL(/LINK-J/, { timeout: 10_000 }), page.keyboard.press("Enter")]);
    assert.ok((await page.locator('main a[href*="/organizations/"], main h1').count()) > 0);
  }));

test("a passkey is made, signs in, and is removed", async () => {
  const page = await visit(browser);
  await witness("passkey", page, async () => {
    const client = await page.context().newCDPSession(page);
    await client.send("WebAuthn.enable");
    await client.send("WebAuthn.addVirtualAuthenticator", {
      options: { protocol: "ctap2", ctap2Version: "ctap2_1", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
    });
    await signIn(page, "facilities");
    await page.goto("/en/account/passkeys");
    await page.fill("#f-label", "Test key");
    await page.click("[data-passkey-new] button");
    await page.waitForSelector("text=Test key");
    await page.click("header details.menu summary");
    await follow(page, 'form[action="/sign-out"] button');
    await page.goto("/en/sign-in");
    await Promise.all([page.waitForURL((url) => !url.pathname.endsWith("/sign-in")), page.click("[data-passkey]")]);
    await page.goto("/en/account");
    assert.match(await page.innerText("main"), /facilities@example\.jp/);
    await page.goto("/en/account/passkeys");
    await follow(page, 'main form[action*="/remove"] button');
    assert.equal(await page.locator("text=Test key").count(), 0);
  });
  await page.context().close();
});
