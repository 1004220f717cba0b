// The entrance with or without a network: arrivals go into a queue on this device and are sent when there is a way.
// Sent twice, they count once. Every answer also tells who came at other desks. Without script the buttons are plain forms.
import { make, memory, t, toast } from "./dom";

interface Arrival { id: string; at: string }
interface Answer { met: { id: string; met: "new" | "before" | "unknown" }[]; present: string[] }

const root = document.getElementById("entrance");

if (root) {
  const address = root.dataset.sync ?? "";
  const key = `musubi-entrance:${root.dataset.key ?? ""}`;
  const offline = root.querySelector<HTMLElement>("[data-offline]");
  const present = root.querySelector<HTMLElement>("[data-present]");
  const field = root.querySelector<HTMLInputElement>("input[name=code]");
  const rows = [...root.querySelectorAll<HTMLElement>("[data-guest]")];
  const row = (id: string) => rows.find((one) => one.dataset.guest === id);
  const came = (one?: HTMLElement) => one?.querySelector("[name=undo]");
  const isCode = (words: string) => /^[0-9a-f-]{32,}$/.test(words);
  let down = !navigator.onLine;

  const queue = (): Arrival[] => {
    try { return JSON.parse(memory.get(key) ?? "[]") as Arrival[]; } catch { return []; }
  };
  /** Whether it is really kept: storage may be full or switched off. */
  const keep = (list: Arrival[]): boolean => {
    const words = JSON.stringify(list);
    memory.set(key, words);
    return memory.get(key) === words;
  };

  function tell(): void {
    if (present) present.textContent = String(rows.filter(came).length);
    if (offline) { offline.hidden = !down; offline.lastElementChild!.textContent = String(queue().length); }
  }

  /** Shows a guest as having come, with a way back, or as no guest; "" puts the button back. */
  function mark(id: string, words = t("来場", "here"), tone = "c-moss"): void {
    const form = row(id)?.querySelector("form");
    const button = form?.querySelector<HTMLElement>("[data-arrive]");
    if (!form || !button) return;
    const line = form.parentElement!;
    const focused = document.activeElement === button;
    form.querySelectorAll("[data-mark]").forEach((one) => one.remove());
    button.hidden = words !== "";
    if (words) form.prepend(make("span", { class: `tag ${tone}`, "data-mark": "" }, words));
    if (words && tone === "c-moss") {
      const name = make("bdi", { class: "vh" }, ` ${line.querySelector("bdi")?.textContent}`);
      form.append(
        make("input", { type: "hidden", name: "undo", value: "1", "data-mark": "" }),
        make("button", { class: "btn line sm", "data-mark": "" }, t("取り消す", "Undo"), name),
      );
    }
    // The button is gone; whoever works with the keyboard goes on from the same line.
    if (focused && button.hidden) { line.tabIndex = -1; line.focus(); }
  }

  let sending = false;
  async function send(): Promise<void> {
    if (sending) return;
    sending = true;
    let status = 0;
    try {
      const answer = await fetch(address, {
        method: "POST", headers: { "content-type": "application/json", accept: "application/json" }, body: JSON.stringify(queue().slice(0, 200)),
      });
      status = answer.status;
      if (!answer.ok) throw new Error();
      const { met, present: here } = (await answer.json()) as Answer;
      down = !navigator.onLine;
      keep(queue().filter((one) => !met.some((done) => done.id === one.id)));
      here.forEach((id) => { if (!came(row(id))) mark(id); });
      for (const one of met.filter((one) => one.met === "unknown")) {
        const words = t("参加者ではありません", "No participant");
        if (row(one.id)) mark(one.id, words, "c-cord"); else toast(words);
      }
    } catch {
      down = true;
      if (status === 401 || status === 403) toast(t("もう一度サインインしてください。記録は残っています。", "Please sign in again. Nothing noted is lost."));
    } finally {
      sending = false;
    }
    tell();
    if (queue().length > 0 && navigator.onLine && status < 400) setTimeout(() => void send(), 4000);
  }

  function arrive(id: string): boolean {
    const list = queue();
    if (!list.some((one) => one.id === id) && !keep([...list, { id, at: new Date().toISOString() }])) return false;
    mark(id);
    tell();
    void send();
    return true;
  }

  root.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    let code = (form.querySelector<HTMLInputElement>("[name=code]")?.value ?? "").trim().split("/").pop()!.toLowerCase();
    const left = rows.filter((one) => !one.hidden);
    // Part of a name that fits one person is that person.
    if (form.contains(field) && code && left.length === 1) code = left[0]!.dataset.guest ?? code;
    const guest = row(code);
    let taken = false;
    if (came(form)) {
      const list = queue();
      taken = list.some((one) => one.id === code) && keep(list.filter((one) => one.id !== code));
      if (taken) mark(code, "");
      tell();
    } else if (came(guest)) {
      toast(t("受付はもう済んでいます。", "Already checked in."));
      taken = true;
    } else if (guest || (down && isCode(code))) {
      taken = arrive(code);
      if (!guest) toast(t("一覧にない人です。通信が戻ったら確かめます。", "Not on this list; checked when the network is back."));
    }
    // Without a network the browser would leave the page for one of its own, and the list with it.
    if (!taken && down) toast(t("通信が戻るまでできません。", "This needs the network."));
    if (taken || down) event.preventDefault();
    if (taken && field && form.contains(field)) { field.value = ""; field.focus(); filter(); }
  }, true);

  function filter(): void {
    const words = (field?.value ?? "").trim().toLowerCase();
    const code = isCode(words.split("/").pop()!);
    for (const one of rows) one.hidden = !code && words !== "" && !(one.dataset.name ?? "").toLowerCase().includes(words);
  }
  field?.addEventListener("input", filter);
  addEventListener("online", () => void send());
  addEventListener("offline", () => { down = true; tell(); });
  addEventListener("visibilitychange", () => { if (!document.hidden) void send(); });
  for (const one of queue()) mark(one.id);
  tell();
  void send();
}
