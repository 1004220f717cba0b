// Sign-in at a real OpenID provider, and mails to a real SMTP server.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { openBrowser, stateOf, visit, witness } from "../lib/browser.mjs";
import { mails } from "../lib/hub.mjs";
import { textOf } from "../lib/mail.mjs";
import { base } from "../lib/web.mjs";

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

/** Goes to the provider from the sign-in page and comes back as `login`. */
async function through(page, login) {
  await page.goto("/en/sign-in");
  await Promise.all([page.waitForURL(/\/interaction\//), page.click('a[href^="/oidc/campus/start"]')]);
  await page.fill('input[name="login"]', login);
  await page.fill('input[name="password"]', "anything");
  await page.click('button[type="submit"]');
  // The provider asks for consent once, then leads back.
  for (let turn = 0; turn < 3 && !page.url().startsWith(base); turn += 1) {
    await page.waitForLoadState("load");
    if (page.url().startsWith(base)) break;
    await Promise.all([page.waitForNavigation(), page.click('button[type="submit"]')]);
  }
}

test("an account whose address the provider has verified is opened", async () => {
  const page = await visit(browser);
  await witness("oidc", page, async () => {
    await through(page, "member@example.jp");
    assert.ok(page.url().startsWith(`${base}/`), page.url());
    await page.goto("/en/account");
    assert.match(await page.innerText("main"), /member@example\.jp/);
  });
  await page.context().close();
});

test("an address that the provider has not verified opens nothing, nor does somebody unknown", async () => {
  for (const login of ["unverified", "stranger@elsewhere.example"]) {
    const page = await visit(browser);
    await witness(`oidc-${login}`, page, async () => {
      await through(page, login);
      const answer = await page.goto("/en/account");
      assert.ok(page.url().includes("/sign-in") || answer.status() === 401, `${login} got in: ${page.url()}`);
    });
    await page.context().close();
  }
});

test("an answer that belongs to another browser is refused", async () => {
  const [own, other] = [await visit(browser), await visit(browser)];
  let stolen;
  // The code is used up in the own browser only when the hub exchanges it, so the answer is held back here.
  own.on("request", (request) => { if (request.url().includes("/oidc/campus/callback")) stolen = request.url(); });
  const client = await own.context().newCDPSession(own);
  await client.send("Fetch.enable", { patterns: [{ urlPattern: "*/oidc/campus/callback*" }] });
  client.on("Fetch.requestPaused", ({ requestId, request }) => { stolen = request.url; client.send("Fetch.failRequest", { requestId, errorReason: "Aborted" }).catch(() => {}); });
  await through(own, "member@example.jp").catch(() => {});
  assert.match(stolen ?? "", /code=/);
  const answer = await other.goto(stolen);
  assert.ok(answer.status() >= 400 || !/account/.test(await other.innerText("header")), `${answer.status()}`);
  await other.goto("/en/account");
  assert.match(other.url(), /sign-in|account/);
  assert.doesNotMatch(await other.innerText("body"), /member@example\.jp/);
  await own.context().close();
  await other.context().close();
});

test("an invitation goes out once, works once, and makes an account", async () => {
  const email = `guest-${Date.now().toString(36)}@example.jp`;
  const page = await visit(browser, { state: await stateOf(browser, "administrator") });
  let link;
  await witness("invite", page, async () => {
    await page.goto("/en/staff/accounts/invite");
    await page.fill('[name="email"]', email);
    await page.fill('[name="label"]', "New Guest");
    await page.check('[name="roles"][value="member"]');
    await page.selectOption('[name="language"]', "en");
    await Promise.all([page.waitForNavigation(), page.click("main form .acts button")]);
    assert.match(await page.innerText("main"), /invitation sent/i);
    for (let turn = 0; turn < 40 && !mails().some((mail) => mail.to.includes(email)); turn += 1) await sleep(250);
    await sleep(2500);
    const received = mails().filter((mail) => mail.to.includes(email));
    assert.equal(received.length, 1, "one mail");
    assert.ok(received[0].messageId.length > 4 && received[0].from === "hub@example.jp");
    link = /https?:\/\/\S+\/invitation\/\S+/.exec(textOf(received[0].raw))?.[0];
    assert.ok(link?.startsWith(`${base}/`), `the mail has no link of this hub: ${textOf(received[0].raw)}`);
  });
  await page.context().close();
  const guest = await visit(browser);
  await witness("accept", guest, async () => {
    await guest.goto(link);
    await guest.fill('[name="password"]', "short");
    await guest.check('[name="agrees"]');
    const [refused] = await Promise.all([guest.waitForNavigation(), guest.click("main form button.btn.full")]);
    assert.equal(refused.status(), 422);
    await guest.fill('[name="password"]', "seven knots in one rope");
    await guest.check('[name="agrees"]');
    await Promise.all([guest.waitForNavigation(), guest.click("main form button.btn.full")]);
    await guest.goto("/en/account");
    assert.match(await guest.innerText("main"), new RegExp(email));
  });
  await guest.context().close();
  const late = await visit(browser);
  const answer = await late.goto(link);
  assert.ok(answer.status() === 404 || answer.status() === 410 || (await late.locator('[name="password"]').count()) === 0, "the link works once");
  await late.context().close();
});
