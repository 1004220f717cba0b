// Keyboard: "/" search, Ctrl+K palette, "g" and a letter for the doors, "?" help. Keys of one character can be
// switched off (WCAG 2.2, 2.1.4); Ctrl+K always works, and leads to the switch.
import { here, isWriting, make, memory, t } from "./dom";
import { openPalette } from "./palette";

const OFF = "musubi-keys-off";
const DOORS: Record<string, string> = { f: "find", m: "meet", g: "grow", p: "places", d: "desk" };
let afterG = 0;

function goSearch(): void {
  const field = document.querySelector<HTMLInputElement>("main input[type=search]");
  if (field) {
    field.focus();
    field.select();
  } else {
    // The fragment puts the cursor into the field of the page that opens.
    location.assign(here("/search#f-q"));
  }
}

export function openHelp(): void {
  document.querySelector("dialog.help")?.remove();
  const rows: [string, string][] = [
    ["/", t("さがす", "Search")],
    ["Ctrl K", t("すぐ開く(ページ・人・操作)", "Quick open: pages, people, actions")],
    ["g f", t("見つける", "Find")], ["g m", t("つどう", "Meet")], ["g g", t("育てる", "Grow")],
    ["g p", t("場所", "Places")], ["g d", t("わたしの机", "My desk")],
    ["?", t("このキー一覧", "This list of keys")],
  ];
  const list = make("dl", { class: "kv" });
  for (const [key, does] of rows) list.append(make("div", {}, make("dt", {}, make("kbd", {}, key)), make("dd", {}, does)));
  const box = make("input", { type: "checkbox" });
  box.checked = memory.get(OFF) === null;
  box.onchange = () => memory.set(OFF, box.checked ? null : "1");
  const close = make("button", { class: "btn line sm" }, t("閉じる", "Close"));
  const dialog = make("dialog", { class: "help stack", "aria-labelledby": "keys-title" },
    make("h2", { id: "keys-title" }, t("キーボードの使い方", "Keyboard")), list,
    make("label", { class: "check" }, box, make("span", {}, t("一文字のキー操作を使う", "Use keys of one character"))), close);
  close.onclick = () => dialog.close();
  dialog.onclose = () => dialog.remove();
  document.body.append(dialog);
  dialog.showModal();
}

function goDoor(letter: string): boolean {
  const link = document.querySelector<HTMLAnchorElement>(`.doors [data-key=${DOORS[letter] ?? "none"}]`);
  if (link) location.assign(link.href);
  return link !== null;
}

function pressed(event: KeyboardEvent): void {
  if (event.isComposing || event.defaultPrevented) return;
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openPalette();
    return;
  }
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (!plain || isWriting(event.target) || memory.get(OFF) !== null || document.querySelector("dialog[open]")) return;
  const follows = event.timeStamp - afterG < 1500;
  afterG = 0;
  if (follows && goDoor(event.key)) event.preventDefault();
  else if (event.key === "g") afterG = event.timeStamp;
  else if (event.key === "/") { event.preventDefault(); goSearch(); }
  else if (event.key === "?") { event.preventDefault(); openHelp(); }
}

export function keys(): void {
  document.addEventListener("keydown", pressed);
  for (const link of document.querySelectorAll<HTMLElement>("[data-keys]")) {
    link.addEventListener("click", (event) => { event.preventDefault(); openHelp(); });
  }
}
