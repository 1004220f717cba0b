// Walks the site from its front page as several readers, one or two pages of every kind, and looks at each in both
// languages, on a desk and on a phone, in light and dark.
import test from "node:test";
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { openBrowser, stateOf, visit, watch } from "../lib/browser.mjs";
import { axe, look } from "../lib/look.mjs";
import { base, engine } from "../lib/web.mjs";

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
// Downloads, streams, and addresses that end something.
const SKIP = /\/(export\.(csv|xlsx|json|svg|gexf|graphml)|events|template\.csv|errors\.csv|account\/data\/export|feed(s\/.*)?\.(xml|json|atom))$|\/assets\/|\/files\/|\/oidc\/|\/documents\/|\/api\/|\.json$|\.ics$|\.zip$/;
const START = ["/en/", "/en/search?q=iPS", "/en/search?q=zzzzqqqq", "/en/directory?type=person&kind=company", "/en/directory?q=nothing-like-this-xyz", "/en/styleguide", "/en/recover"];
const PER_KIND = 1;
const MOST = 60;
// Read most: looked at in every combination of language, width and theme. The others in two opposite ones.
const CORE = /^\/$|^\/(directory|search\?q|agreements|agreements\/matrix|agreements\/asleep|agreements\/\{id\}|organizations\/\{id\}|units\/\{id\}|people\/\{id\}|listings|sign-in)$/;

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

/** `/en/people/019…/edit?next=…` → `/people/{id}/edit`: pages of one template. */
const kindOf = (url) => url.pathname.replace(/^\/(en|ja)/, "").replace(UUID, "{id}").replace(/\/\d+(?=\/|$)/g, "/{n}") + (url.searchParams.has("q") ? "?q" : "");

/** Addresses of every kind of page that this reader can reach by following links. */
async function discover(page) {
  const seen = new Map();
  const queue = START.map((path) => new URL(path, base));
  const broken = [];
  while (queue.length > 0 && [...seen.values()].flat().length < MOST) {
    const url = queue.shift();
    const kind = kindOf(url);
    const known = seen.get(kind) ?? [];
    if (known.length >= PER_KIND || known.includes(url.pathname + url.search)) continue;
    const answer = await page.goto(url.href, { waitUntil: "domcontentloaded" });
    // The desk asks visitors to sign in, on a page of its own.
    const status = answer.status() === 401 && url.pathname === "/en/desk" ? 200 : answer.status();
    if (status !== 200) { broken.push(`${status} ${url.pathname}${url.search} (linked from ${url.from ?? "start"})`); seen.set(kind, [...known, url.pathname]); continue; }
    seen.set(kind, [...known, url.pathname + url.search]);
    const hrefs = await page.$$eval("a[href]", (all) => all.map((one) => new URL(one.href.baseVal ?? one.href, document.baseURI).href));
    for (const href of new Set(hrefs)) {
      const to = new URL(href);
      if (to.origin !== base || !to.pathname.startsWith("/en/") || SKIP.test(to.pathname)) continue;
      to.hash = "";
      to.from = url.pathname;
      queue.push(to);
    }
  }
  return { addresses: [...seen].flatMap(([kind, addresses]) => addresses.map((address) => ({ kind, address }))), broken };
}

const LIGHT_DESK = { width: 1440, scheme: "light" };
const DARK_PHONE = { width: 390, scheme: "dark" };
const EVERY = [LIGHT_DESK, { width: 1440, scheme: "dark" }, { width: 390, scheme: "light" }, DARK_PHONE];

async function inspect(page, address, lang, states, faults) {
  page.faults.length = 0;
  const answer = await page.goto(address.replace(/^\/en/, `/${lang}`), { waitUntil: "load" });
  const where = (state) => `${lang} ${state.width} ${state.scheme} ${address}`;
  if (answer.status() !== 200 && !(answer.status() === 401 && address === "/en/desk")) faults.push(`${lang} ${address}: status ${answer.status()}`);
  for (const state of states) {
    await page.emulateMedia({ colorScheme: state.scheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width: state.width, height: state.width > 1000 ? 900 : 844 });
    for (const fault of [...(await look(page, lang)), ...(await axe(page))]) faults.push(`${where(state)}: ${fault}`);
  }
  for (const fault of page.faults) faults.push(`${lang} ${address}: ${fault}`);
}

async function walk(reader, plan) {
  const state = reader === "visitor" ? undefined : await stateOf(browser, reader);
  const page = await visit(browser, { state });
  const { addresses, broken } = await discover(page);
  const faults = [...broken];
  const queue = [...addresses];
  // Two windows at a time: most of the work is the browser's own, and it has two processes for it.
  const other = await page.context().newPage();
  watch(other);
  await Promise.all([page, other].map(async (window) => {
    for (let next = queue.shift(); next; next = queue.shift()) await judge(window, next);
  }));
  async function judge(window, { kind, address }) {
    const full = CORE.test(kind) && reader === "visitor" ? { ja: EVERY, en: EVERY } : plan;
    // Looks do not depend on the database: on the second engine every page is opened in each language, and not judged. The
    // way through the site has opened the English ones.
    const states = engine === "sqlite" ? full : { ja: [] };
    for (const lang of Object.keys(states)) await inspect(window, address, lang, states[lang], faults);
  }
  await page.context().close();
  console.log(`  ${reader}: ${addresses.length} pages`);
  const once = [...new Set(faults)];
  assert.equal(once.length, 0, `${once.length} faults on ${addresses.length} pages:\n${once.join("\n")}`);
}

test("a visitor finds every page whole, in both languages, on desk and phone, light and dark", () => walk("visitor", { ja: [LIGHT_DESK, DARK_PHONE], en: [{ width: 390, scheme: "light" }] }));
test("a member's pages are whole", () => walk("member", { ja: [LIGHT_DESK], en: [DARK_PHONE] }));
test("an organization manager's pages are whole", () => walk("manager", { ja: [DARK_PHONE], en: [LIGHT_DESK] }));
test("the director's pages are whole", () => walk("director", { ja: [LIGHT_DESK], en: [DARK_PHONE] }));
test("the administrator's pages are whole", () => walk("administrator", { ja: [LIGHT_DESK], en: [DARK_PHONE] }));
