// Looks at a rendered page the way a critical reader does: language, links to the other language, overflow, leftovers
// of keys, accessibility.
import { AxeBuilder } from "@axe-core/playwright";

/** Faults of a page by themselves; `lang` is the language it should be in. */
export async function look(page, lang) {
  return page.evaluate((lang) => {
    const faults = [];
    const root = document.documentElement;
    if (root.lang !== lang) faults.push(`lang is ${root.lang}`);
    if (!document.title.trim() || /^·|·\s*$/.test(document.title.trim())) faults.push(`title is "${document.title}"`);
    // The style guide shows headings as samples.
    if (document.querySelectorAll("h1").length !== 1 && !location.pathname.endsWith("/styleguide")) faults.push(`${document.querySelectorAll("h1").length} h1`);
    const other = lang === "ja" ? "en" : "ja";
    const alternate = document.querySelector(`link[rel=alternate][hreflang=${other}]`)?.getAttribute("href") ?? "";
    if (!new URL(alternate || "x:", location.href).pathname.startsWith(`/${other}/`)) faults.push(`hreflang ${other} is "${alternate}"`);
    const switcher = document.querySelector(`header a[hreflang=${other}]`);
    if (!switcher) faults.push("no link to the other language");
    const wide = root.scrollWidth - root.clientWidth;
    if (wide > 0) {
      const culprit = [...document.querySelectorAll("body *")].find((element) => {
        const box = element.getBoundingClientRect();
        let around = element.parentElement;
        while (around && getComputedStyle(around).overflowX === "visible") around = around.parentElement;
        return box.width > 0 && box.right > root.clientWidth + 1 && (!around || around === document.body || around === root);
      });
      faults.push(`scrolls sideways by ${wide} px because of ${culprit ? culprit.outerHTML.slice(0, 160) : "?"}`);
    }
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const leftover = /\b[a-z]{2,}(_[a-z]{2,})+\b|\{\{|\}\}|\{\w*\}|\bundefined\b|\bNaN\b|\[object |\bSome\(|Uuid\(|\bnull\b/;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (!parent || parent.closest("code, pre, script, style, textarea, kbd, [data-raw]")) continue;
      const words = node.textContent.trim();
      if (leftover.test(words)) faults.push(`leftover in "${words.slice(0, 120)}"`);
    }
    // Words of the interface are in the reader's language; names of records may not be.
    if (lang === "en") {
      for (const element of document.querySelectorAll("button, label, legend, summary, h1, nav a, .btn")) {
        // The name on the account menu is the person's own.
        if (element.closest("[lang=ja], bdi, header .menu") || element.querySelector("bdi, [lang=ja]")) continue;
        if (/[ぁ-んァ-ヶ]/.test(element.textContent)) faults.push(`Japanese on an English page: "${element.textContent.trim().slice(0, 80)}"`);
      }
    }
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    const twice = ids.find((id, at) => ids.indexOf(id) !== at);
    if (twice) faults.push(`id "${twice}" twice`);
    return faults;
  }, lang);
}

/** What axe finds, with its best practices, one line each. */
export async function axe(page) {
  // Header and bottom bar lie over whatever the page happens to be scrolled to; one scrolls on, and it is free.
  const place = (position) => page.evaluate((value) => document.querySelectorAll(".top, .bar").forEach((bar) => { bar.style.position = value; }), position);
  await place("static");
  // There are no frames from elsewhere, so nothing needs a page of its own to put results together.
  const result = await new AxeBuilder({ page }).setLegacyMode().withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
  await place("");
  return result.violations.map((rule) => {
    const where = rule.nodes.slice(0, 2).map((node) => `${node.target.join(" ")} ${node.html.slice(0, 140)} ${node.any?.[0]?.message ?? ""}`);
    return `axe ${rule.id} (${rule.nodes.length}×): ${where.join(" | ")}`;
  });
}
