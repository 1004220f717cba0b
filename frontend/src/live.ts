// Things that move without a new page: progress of a job, theme, facets, copy buttons, suggestions, menus.
import { all, later, make, memory, t, toast } from "./dom";

interface Progress { done: number; total: number; words: string; ends: boolean }

/** [data-job=ADDRESS]: server-sent events with Progress as JSON; at the end the page comes anew and shows what came of it. */
function jobs(): void {
  for (const box of all("[data-job]")) {
    const events = new EventSource(box.dataset["job"] ?? "");
    const bar = box.querySelector("progress");
    const words = box.querySelector("[data-words]");
    events.onmessage = (event) => {
      const now = JSON.parse(String(event.data)) as Progress;
      if (bar) { bar.max = now.total || 1; bar.value = now.done; }
      if (words && words.textContent !== now.words) words.textContent = now.words;
      if (!now.ends) return;
      events.close();
      location.reload();
    };
  }
}

function theme(): void {
  for (const form of all<HTMLFormElement>("form.theme")) {
    form.addEventListener("submit", (event) => {
      const button = event.submitter;
      if (!(button instanceof HTMLButtonElement)) return;
      event.preventDefault();
      const root = document.documentElement;
      if (button.value) root.dataset["theme"] = button.value; else delete root.dataset["theme"];
      for (const other of all("button", form)) other.setAttribute("aria-pressed", String(other === button));
      fetch(form.action, { method: "POST", body: new URLSearchParams({ theme: button.value }), redirect: "manual" }).catch(() => undefined);
    });
  }
}

/** Facets apply at once where they stand beside the list; on a phone they are a page of their own with a button. Whoever
 * chooses by keyboard goes on at the same box on the page that comes. */
function facets(): void {
  const key = "musubi-facet";
  for (const form of all<HTMLFormElement>("form[data-auto]")) {
    const kept = memory.get(key);
    if (kept !== null) {
      memory.set(key, null);
      all<HTMLInputElement>("input", form).find((box) => `${box.name}=${box.value}` === kept)?.focus();
    }
    form.addEventListener("change", (event) => {
      if (!matchMedia("(min-width:64.01rem)").matches) return;
      const box = event.target;
      if (box instanceof HTMLInputElement && box.matches(":focus-visible")) memory.set(key, `${box.name}=${box.value}`);
      form.requestSubmit();
    });
  }
}

function copies(): void {
  for (const button of all("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.onclick = () => {
      navigator.clipboard.writeText(button.dataset["copy"] ?? "").then(() => toast(t("コピーしました", "Copied")), () => undefined);
    };
  }
}

/** input[data-lookup=ADDRESS]: fills its datalist from ADDRESS?q= (JSON [{value, title}]). */
function lookups(): void {
  for (const input of all<HTMLInputElement>("input[data-lookup]")) {
    const ask = later(200, () => {
      const words = input.value.trim();
      if (words.length < 1) return;
      const address = new URL(input.dataset["lookup"] ?? "", location.href);
      address.searchParams.set("q", words);
      fetch(address, { headers: { accept: "application/json" } })
        .then((answer) => (answer.ok ? answer.json() : []) as Promise<{ value: string; title: string }[]>)
        .then((found) => input.list?.replaceChildren(...found.map((entry) => make("option", { value: entry.value }, entry.title))))
        .catch(() => undefined);
    });
    input.addEventListener("input", (event) => { if (!(event instanceof InputEvent) || event.inputType !== "insertReplacementText") ask(); });
  }
}

/** A menu closes when one goes elsewhere or presses Escape. */
function menus(): void {
  document.addEventListener("click", (event) => {
    for (const menu of all<HTMLDetailsElement>("details.menu[open]")) if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of all<HTMLDetailsElement>("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  });
}

export function live(): void {
  jobs();
  theme();
  facets();
  copies();
  lookups();
  menus();
}
