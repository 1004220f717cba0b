// What the walks of one task by different means have in common: what they find when they begin, and where they look
// whether it was done.
import test from "node:test";
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { stateOf, visit, witness } from "./browser.mjs";
import { mails } from "./hub.mjs";
import { textOf } from "./mail.mjs";
import { ask, base, engine, signedIn } from "./web.mjs";

/** A walk. Whom the keyboard reaches, and what works without script, does not depend on the database. */
export const task = (name, work) => test(name, { skip: engine === "postgres" && "walked on SQLite" }, work);

/** A page of an account, or of a visitor, for `work`. */
export async function as(browser, who, name, options, work) {
  const page = await visit(browser, { state: who ? await stateOf(browser, who) : undefined, ...options });
  try {
    await witness(name, page, () => work(page));
    assert.deepEqual(page.faults.filter((fault) => !/^4(01|22) /.test(fault)), [], `${name}: the page complains`);
  } finally {
    await page.context().close();
  }
}

/** What the hub gives to programs about a page of a record. */
export async function record(page) {
  const { pathname } = new URL(page.url());
  const answer = await page.request.get(pathname.replace(/^\/(ja|en)/, "/api/v1"));
  assert.equal(answer.status(), 200, pathname);
  return answer.json();
}

/** Forms that the events officer sends; each gives the address to which it leads. */
async function officer() {
  const jar = await signedIn("events");
  const get = async (path) => (await ask(path, { jar })).text;
  const post = async (path, form) => {
    const answer = await ask(path, { method: "POST", form, jar, headers: { origin: base } });
    assert.equal(answer.status, 303, `${path}: ${answer.text.slice(0, 2000)}`);
    return answer.headers.location;
  };
  return { get, post };
}

/** A published gathering whose registration asks one question that must be answered. */
export async function gathering(title) {
  const { get, post } = await officer();
  const time = { start: "2027-03-08T14:00", end: "2027-03-08T16:00" };
  const page = await post("/en/gatherings", { "title.ja": `${title}(和)`, "title.en": title, kind: "seminar", state: "draft", format: "on_site", registration: "open", audience: "staff", ...time });
  await post(`${page}/publish`, { audience: "public" });
  const options = { "options.ja": "肉\n魚\nなし", "options.en": "Meat\nFish\nNone" };
  await post("/en/registration-questions", { gathering: page.split("/").pop(), "label.ja": "昼食", "label.en": "Lunch", kind: "choice", required: "true", audience: "public", ...options });
  return {
    path: page.replace(/^\/en/, ""),
    /** What the officer reads about somebody who registered. */
    async row(name) {
      const rows = (await get(`${page}/registrations`)).split("<tr").filter((row) => row.includes(name));
      assert.equal(rows.length, 1, `${name} is registered once`);
      return rows[0];
    },
  };
}

/** A mail that somebody gets, with words in it. */
export async function mailTo(address, pattern) {
  for (let tries = 0; tries < 100; tries += 1) {
    const found = mails().find((one) => one.to.includes(address) && pattern.test(textOf(one.raw)));
    if (found) return textOf(found.raw);
    await sleep(200);
  }
  throw new Error(`no mail to ${address} with ${pattern}`);
}

/** A round that asks two laboratories and three companies for their wishes. Gives the page of the first laboratory, where it
 * answers, and how the officer reads its answer. */
export async function asking(name) {
  const { get, post } = await officer();
  const own = { kind: "discussion", days: "2027-03-01 13:00-15:00", slot_minutes: "20", rooms: "own", audience: "staff" };
  const round = await post("/en/rounds", { "name.ja": `${name}(和)`, "name.en": name, ...own });
  const sides = { a: ["Laboratory 1", "Laboratory 2"], b: ["Company 1", "Company 2", "Company 3"] };
  for (const [side, names] of Object.entries(sides)) {
    for (const one of names) await post(`${round}/participants/new`, { _version: "1", side, name: one, language: "ja" });
  }
  await post(`${round}/ask`, {});
  const [, who] = /\/participants\/([0-9a-f-]{36})"[^>]*>(?:<bdi>)?Laboratory 1/.exec(await get(round));
  const [path] = /\/my-round\/[\w-]+/.exec(await get(`${round}/participants/${who}`));
  return { path, answer: () => get(`${round}/wishes/${who}`) };
}

/** Which of the choices for a company is chosen on a page of wishes, and the note beside it. */
export function wish(html, company) {
  const [, part] = new RegExp(`<bdi>${company}</bdi>([\\s\\S]*?)</fieldset>`).exec(html) ?? [];
  const chosen = /value="(\w*)" checked/.exec(part ?? "")?.[1];
  return { chosen, note: /name="note\.[^"]*" value="([^"]*)"/.exec(part ?? "")?.[1] };
}
