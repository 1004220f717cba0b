// The command palette: a list of pages, actions and records that answers while one types. The server searches
// (GET /{lang}/palette?q=, JSON [{title, kind, href}]); without an answer, Enter opens the search page.
import { here, later, make, t } from "./dom";
import { openHelp } from "./keys";

interface Entry { title: string; kind: string; href?: string; act?: () => void }

function pagesOfHeader(): Entry[] {
  const links = [...document.querySelectorAll<HTMLAnchorElement>(".doors a, .menu-b a")];
  const pages = links.map((a): Entry => ({ title: (a.firstChild?.nodeType === Node.TEXT_NODE ? a.firstChild.textContent : a.textContent)?.trim() ?? "", kind: t("ページ", "Page"), href: a.href }));
  return [...pages, { title: t("キーボードの使い方", "Keyboard"), kind: t("操作", "Action"), act: openHelp }];
}

export function openPalette(): void {
  if (document.querySelector("dialog[open]")) return;
  const input = make("input", { type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": "pal-list", "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false",
    "aria-label": t("ページ・人・操作をさがす", "Find pages, people, actions"), placeholder: t("ページ・人・操作をさがす", "Find pages, people, actions") });
  const list = make("ul", { role: "listbox", id: "pal-list", "aria-label": t("候補", "Suggestions") });
  const status = make("p", { role: "status" });
  const dialog = make("dialog", { class: "pal", "aria-label": t("すぐ開く", "Quick open") }, input, list, status);
  const fixed = pagesOfHeader();
  let shown: Entry[] = [];
  let chosen = 0;
  let asking: AbortController | undefined;

  function choose(index: number): void {
    chosen = Math.max(0, Math.min(index, shown.length - 1));
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === chosen)));
    const item = list.children[chosen];
    if (item) {
      input.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  function follow(entry: Entry | undefined): void {
    dialog.close();
    if (entry?.act) entry.act();
    else location.assign(entry?.href ?? here(`/search?q=${encodeURIComponent(input.value)}`));
  }

  function show(entries: Entry[]): void {
    shown = entries;
    list.replaceChildren(...entries.map((entry, i) => {
      const item = make("li", { role: "option", id: `pal-${i}`, "aria-selected": "false" }, make("span", {}, entry.title), make("span", { class: "xs muted" }, entry.kind));
      item.onclick = () => follow(entry);
      item.onmousemove = () => { if (chosen !== i) choose(i); };
      return item;
    }));
    choose(0);
    status.textContent = entries.length ? t(`${entries.length}件 ・ ↑↓で選び Enterで開く`, `${entries.length} found · ↑↓ to choose, Enter to open`) : t("Enterで全体から検索します", "Press Enter to search everything");
  }

  const near = (words: string): Entry[] => fixed.filter((entry) => entry.title.toLowerCase().includes(words.toLowerCase()));

  const ask = later(120, () => {
    const words = input.value.trim();
    asking?.abort();
    if (!words) return show(fixed);
    asking = new AbortController();
    fetch(here(`/palette?q=${encodeURIComponent(words)}`), { signal: asking.signal, headers: { accept: "application/json" } })
      .then((answer) => (answer.ok ? answer.json() : []) as Promise<Entry[]>)
      .then((found) => { if (input.value.trim() === words) show([...near(words), ...found]); })
      .catch((fault: unknown) => { if (!(fault instanceof DOMException && fault.name === "AbortError")) show(near(words)); });
  });

  input.oninput = ask;
  input.onkeydown = (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Enter") follow(shown[chosen]);
    else return;
    event.preventDefault();
  };
  dialog.onclick = (event) => { if (event.target === dialog) dialog.close(); };
  dialog.onclose = () => { asking?.abort(); dialog.remove(); };
  document.body.append(dialog);
  dialog.showModal();
  show(fixed);
}
