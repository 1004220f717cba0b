// A reader who has a keyboard and nothing else: every step is a key, and every place where Tab stops is looked at.
import assert from "node:assert/strict";

/** What has the focus, with what is wrong with it, and whether it is what is looked for; null for the page itself. */
function stop(page, wanted = ["*", ""]) {
  return page.evaluate(([selector, text]) => {
    const at = document.activeElement;
    if (!at || at === document.body || at === document.documentElement) return null;
    const name = at.outerHTML.slice(0, 160).replace(/\s+/g, " ");
    const faults = [];
    // Out of the window, out of a box that scrolls, or below a bar that stays: some of it must be seen.
    const parts = [0.02, 0.25, 0.5, 0.75, 0.98];
    const seen = [...at.getClientRects()].some((box) => parts.some((x) => parts.some((y) => {
      const hit = document.elementFromPoint(box.left + x * box.width, box.top + y * box.height);
      return hit !== null && (at.contains(hit) || hit.closest("label")?.control === at);
    })));
    if (!seen) faults.push(`cannot be seen: ${name}`);
    // Dates have parts, which are stops of their own and have the browser's marks.
    const dated = /^(date|datetime-local|time|month|week)$/.test(at.type ?? "");
    // The ring is on the thing itself, on the mark drawn in its place, or on the box around it.
    const ring = [at, at.nextElementSibling, at.parentElement].some((one) => {
      const style = one && getComputedStyle(one);
      return style && style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) >= 2 && Number(style.opacity) > 0;
    });
    if (!ring && !dated) faults.push(`has no ring: ${name}`);
    const stays = at === window.walked && !dated;
    window.walked = at;
    return { name, faults, stays, first: at.matches(".skip"), found: at.matches(selector) && at.textContent.includes(text) };
  }, wanted);
}

/** Whether something that matches, with these words in it, has the focus. */
export const on = (page, selector, text = "") => page.evaluate(([selector, text]) => {
  const at = document.activeElement;
  return at !== null && at.matches(selector) && at.textContent.includes(text);
}, [selector, text]);

/** One Tab; gives where it stopped. */
export async function tab(page, { back = false, wanted } = {}) {
  await page.keyboard.press(back ? "Shift+Tab" : "Tab");
  const here = await stop(page, wanted);
  assert.deepEqual(here?.faults ?? [], [], "a stop of Tab");
  assert.ok(!here?.stays, `Tab does not get away from ${here?.name}`);
  return here;
}

/** Presses Tab until something that matches has the focus; `text` is part of its words. */
export async function tabTo(page, selector, { text = "", most = 200 } = {}) {
  if (await on(page, selector, text)) return;
  for (let pressed = 0; pressed < most; pressed += 1) {
    const here = await tab(page, { wanted: [selector, text] });
    if (here?.found) return;
    if (here?.first && pressed > 0) break;
  }
  assert.fail(`Tab does not lead to ${selector}${text ? ` with “${text}”` : ""}`);
}

/** The skip link: the first stop of a page that was just opened. It leads past the header. */
export async function skip(page) {
  assert.ok((await tab(page))?.first, "the first stop skips to the content");
  await page.keyboard.press("Enter");
  assert.ok(await on(page, "main"), "the content has the focus");
  await tab(page);
  assert.ok(await on(page, "main *"), "the next stop is in the content");
}

/** Writes into a field, in place of what is there. */
export async function write(page, selector, words) {
  await tabTo(page, selector);
  await page.keyboard.press("Control+A");
  await page.keyboard.type(words);
}

/** Presses a key that leads to another page. */
export async function leave(page, key = "Enter") {
  const [answer] = await Promise.all([page.waitForNavigation({ waitUntil: "load" }), page.keyboard.press(key)]);
  return answer;
}

/** Goes to a link or a button and presses it. */
export async function follow(page, selector, { key, ...how } = {}) {
  await tabTo(page, selector, how);
  return leave(page, key);
}

/** Every stop of a page, once round. */
export async function round(page, { back = false, most = 400 } = {}) {
  const stops = [];
  for (let pressed = 0; pressed < most; pressed += 1) {
    const here = await tab(page, { back });
    if (stops.length > 0 && (here === null || here.name === stops[0])) return stops;
    // Before the first stop and after the last one the focus may be the browser's.
    if (here !== null) stops.push(here.name);
  }
  return assert.fail(`no end after ${most} stops`);
}
