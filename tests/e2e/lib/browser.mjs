// Chromium, quiet and without network of its own. `page()` gives a page whose console errors and failed requests are
// collected; `witness(test, page)` keeps a picture when a test fails.
import { chromium } from "playwright-core";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { base, engine, PASSWORD } from "./web.mjs";

const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--hide-scrollbars",
];
const out = join(import.meta.dirname, "../out", engine);

export function openBrowser() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
}

/** A fresh context: nothing of other tests in it. */
export async function visit(browser, { lang = "en", width = 1440, height = 900, scheme = "light", script = true, state } = {}) {
  const context = await browser.newContext({
    baseURL: base, viewport: { width, height }, colorScheme: scheme, javaScriptEnabled: script, storageState: state,
    locale: lang === "ja" ? "ja-JP" : "en-GB", timezoneId: "Asia/Tokyo", reducedMotion: "reduce",
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  watch(page);
  return page;
}

/** Collects what goes wrong on a page in `page.faults`. */
export function watch(page) {
  page.faults = [];
  page.on("pageerror", (error) => page.faults.push(`script: ${error.message}`));
  page.on("console", (message) => {
    // The status of the page itself is asserted where it matters (a 422 is no fault of the page).
    if (message.type() === "error" && !/Failed to load resource/.test(message.text())) page.faults.push(`console: ${message.text()}`);
  });
  page.on("response", (answer) => {
    if (answer.status() >= 400 && answer.request().resourceType() !== "document") page.faults.push(`${answer.status()} ${answer.url()}`);
  });
}

/** Keeps a picture and the page's text when `work` fails. */
export async function witness(name, page, work) {
  try {
    return await work();
  } catch (error) {
    const file = join(out, `${name.replace(/[^\w-]+/g, "-").slice(0, 80)}.png`);
    mkdirSync(out, { recursive: true });
    await page.screenshot({ path: file, fullPage: true }).catch(() => {});
    const text = await page.locator("main").innerText({ timeout: 1000 }).catch(() => "");
    error.message += `\n  at ${page.url()}\n  picture: ${file}\n  page says: ${text.slice(0, 600).replaceAll("\n", " ⏎ ")}`;
    throw error;
  }
}

const states = new Map();

/** Cookies of a signed-in sample account; each account signs in once. */
export async function stateOf(browser, name) {
  if (!states.has(name)) {
    const page = await visit(browser);
    await signIn(page, name);
    states.set(name, await page.context().storageState());
    await page.context().close();
  }
  return states.get(name);
}

export async function signIn(page, name, password = PASSWORD) {
  await page.goto("/en/sign-in");
  await page.fill("#f-email", `${name}@example.jp`);
  await page.fill("#f-password", password);
  await Promise.all([page.waitForURL((url) => !url.pathname.endsWith("/sign-in")), page.click("main form button.btn.full")]);
}
