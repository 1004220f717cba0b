// Gatherings for tests: a published one, and people who take part.
import { ask, base } from "./web.mjs";

export const follow = (page, selector) => Promise.all([page.waitForNavigation({ waitUntil: "load" }), page.click(selector)]);

/** Ticks a box that is sent with an empty field before it. */
export const tick = (page, name) => page.check(`input[type=checkbox][name="${name}"]`);

/** One of a few as buttons, one of many as a list: the form decides. */
export const choose = async (page, name, value) =>
  (await page.locator(`select[name="${name}"]`).count()) > 0
    ? page.selectOption(`[name="${name}"]`, value)
    : page.check(`[name="${name}"][value="${value}"]`);

/** Makes and publishes a gathering as the events officer of `page`; `more` fills in other fields. Gives its address. */
export async function published(page, lang, { title = "Autumn seminar", start = "2027-03-08T14:00", end = "2027-03-08T16:00", more = async () => {} } = {}) {
  await page.goto(`/${lang}/gatherings/new`);
  await page.fill('[name="title.en"]', title);
  await page.fill('[name="title.ja"]', `${title}(和)`);
  await choose(page, "kind", "seminar");
  await choose(page, "state", "draft");
  await page.fill('[name="start"]', start);
  await page.fill('[name="end"]', end);
  await choose(page, "format", "on_site");
  await choose(page, "registration", "open");
  await more();
  await follow(page, "main form.form .acts button");
  const address = page.url();
  if (!/[0-9a-f-]{36}$/.test(address)) throw new Error(`not saved: ${await page.locator(".errs").innerText()}`);
  await page.goto(`${address}/publish`);
  await choose(page, "audience", "public");
  await follow(page, "main form[action$=\"/publish\"] button");
  return address;
}

/** Registers people by name, as visitors. */
export async function guests(gathering, names, stamp, { organization = "Kawanote" } = {}) {
  const { pathname } = new URL(gathering);
  for (const [at, name] of names.entries()) {
    const form = { name, organization, email: `guest-${at}-${stamp}@example.jp` };
    const answer = await ask(`${pathname}/register`, { method: "POST", form, headers: { origin: base } });
    if (answer.status !== 303) throw new Error(`registration of ${name}: ${answer.status}\n${answer.text.slice(0, 3000)}`);
  }
}
