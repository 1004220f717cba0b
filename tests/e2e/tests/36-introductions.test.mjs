// An introduction from the first request to the contact details, with script and without.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { openBrowser, stateOf, visit, witness } from "../lib/browser.mjs";

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

const as = async (who, name, script, work) => {
  const page = await visit(browser, { script, state: await stateOf(browser, who) });
  try { await witness(name, page, () => work(page)); assert.deepEqual(page.faults, []); } finally { await page.context().close(); }
};
const press = (page, selector) => Promise.all([page.waitForNavigation({ waitUntil: "load" }), page.click(selector)]);
const answer = (word) => `form[action$="/answer"] button[value="${word}"]`;

/** Names for which the manager's account answers: first the organization, last the person. */
async function managed(script) {
  let names;
  await as("manager", `own-${script}`, script, async (page) => {
    await page.goto("/en/introductions/new");
    names = (await page.locator('[name="asker"] option').allInnerTexts()).map((name) => name.trim());
  });
  return { organization: names.at(0), person: names.at(-1) };
}

/** The member asks; `through` is asked first where there is one. Gives the address of the introduction. */
async function ask(script, other, through) {
  let address;
  await as("member", `ask-${script}`, script, async (page) => {
    await page.goto("/en/introductions/new");
    await page.fill('[name="other"]', other);
    if (through) await page.fill('[name="through"]', through);
    await page.fill('[name="message"]', "Write to me: member@example.jp");
    await press(page, "main form.form .acts button");
    assert.match(await page.innerText("main"), /Leave out contact details/);
    assert.equal(await page.inputValue('[name="message"]'), "Write to me: member@example.jp", "what was typed is kept");
    await page.fill('[name="message"]', "About frozen transport.");
    await press(page, "main form.form .acts button");
    assert.match(page.url(), /show=waiting/);
    await press(page, `main ul.res a:has-text("${other}")`);
    address = new URL(page.url()).pathname;
    assert.ok(!(await page.content()).includes("manager@example.jp"), "nothing before the yes");
  });
  return address;
}

for (const script of [true, false]) {
  test(`ask, the contact passes it on, the other says yes, contact details appear (${script ? "with" : "without"} script)`, async () => {
    const { organization, person } = await managed(script);
    // The same two are introduced once, so the second run asks for the person.
    const address = await (script ? ask(script, organization, person) : ask(script, person));
    await as("manager", `answer-${script}`, script, async (page) => {
      await page.goto(address);
      assert.match(await page.innerText("main"), /About frozen transport/);
      if (script) {
        assert.match(await page.innerText("main"), /Would you pass it on/);
        await press(page, answer("yes"));
      }
      assert.match(await page.innerText("main"), /Would you like to meet/);
      assert.ok(!(await page.content()).includes("member@example.jp"), "nothing before the yes");
      await press(page, answer("yes"));
      assert.match(await page.innerText("main"), /member@example\.jp/);
    });
    await as("member", `made-${script}`, script, async (page) => {
      await page.goto(address);
      assert.match(await page.innerText("main"), /manager@example\.jp/);
    });
  });
}

test("the concierge finds what is open and due", async () => {
  await as("concierge", "staff", false, async (page) => {
    await page.goto("/en/staff/introductions");
    assert.ok((await page.locator("main ul.res > li").count()) > 0);
    assert.ok(!(await page.content()).includes("mailto:"));
  });
});
