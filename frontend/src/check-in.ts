// The entrance with or without a network: arrivals go into a queue on this device and are sent when there is a way.
// Sent twice, they count once. Without script the buttons are plain forms.
import { t } from "./dom";

interface Arrival { id: string; at: string }
interface Met { id: string; met: "new" | "before" | "unknown" }

const root = document.getElementById("entrance");

if (root) {
  const address = root.dataset.sync ?? "";
  const key = `musubi-entrance:${root.dataset.key ?? ""}`;
  const offline = root.querySelector<HTMLElement>("[data-offline]");
  const present = root.querySelector<HTMLElement>("[data-present]");
  const field = root.querySelector<HTMLInputElement>("input[name=code]");
  const rows = [...root.querySelectorAll<HTMLElement>("[data-guest]")];

  const queue = (): Arrival[] => {
    try { return JSON.parse(localStorage.getItem(key) ?? "[]") as Arrival[]; } catch { return []; }
  };
  const keep = (list: Arrival[]): boolean => {
    try { localStorage.setItem(key, JSON.stringify(list)); return true; } catch { return false; }
  };
  const row = (id: string) => rows.find((one) => one.dataset.guest === id);

  function mark(id: string, words: string, tone: string): void {
    const form = row(id)?.querySelector("form");
    if (!form || form.querySelector("[data-mark]")) return;
    const tag = document.createElement("span");
    tag.className = `tag ${tone}`;
    tag.dataset.mark = "";
    tag.textContent = words;
    form.querySelector("[data-arrive]")?.remove();
    form.prepend(tag);
    if (present && tone !== "c-cord") present.textContent = String(Number(present.textContent) + 1);
  }

  let sending = false;
  async function send(): Promise<void> {
    const list = queue();
    if (sending || list.length === 0) { offline?.toggleAttribute("hidden", list.length === 0); return; }
    sending = true;
    try {
      const part = list.slice(0, 200);
      const answer = await fetch(address, {
        method: "POST", headers: { "content-type": "application/json", accept: "application/json" }, body: JSON.stringify(part),
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const met = (await answer.json()) as Met[];
      const done = new Set(met.map((one) => one.id));
      keep(queue().filter((one) => !done.has(one.id)));
      for (const one of met.filter((one) => one.met === "unknown")) {
        const tag = row(one.id)?.querySelector<HTMLElement>("[data-mark]");
        if (tag) { tag.className = "tag c-cord"; tag.textContent = t("参加者ではありません", "No participant"); }
      }
      offline?.toggleAttribute("hidden", queue().length === 0);
    } catch {
      offline?.removeAttribute("hidden");
    } finally {
      sending = false;
    }
    if (queue().length > 0 && navigator.onLine) setTimeout(() => void send(), 4000);
  }

  function arrive(id: string): boolean {
    const list = queue();
    if (!list.some((one) => one.id === id) && !keep([...list, { id, at: new Date().toISOString() }])) return false;
    mark(id, t("来場", "here"), "c-moss");
    void send();
    return true;
  }

  root.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (form.querySelector("[name=undo]")) return;
    const written = (form.querySelector<HTMLInputElement>("[name=code]")?.value ?? "").trim().split("/").pop() ?? "";
    const known = row(written);
    if (known && arrive(written)) {
      event.preventDefault();
      if (form.contains(field) && field) { field.value = ""; field.focus(); filter(); }
    }
  }, true);

  function filter(): void {
    const words = (field?.value ?? "").trim().toLowerCase();
    const code = /^[0-9a-f-]{32,}$/.test(words);
    for (const one of rows) one.hidden = !code && words !== "" && !(one.dataset.name ?? "").toLowerCase().includes(words);
  }
  field?.addEventListener("input", filter);
  addEventListener("online", () => void send());
  for (const one of queue()) mark(one.id, t("来場", "here"), "c-moss");
  void send();
}
