// A small toolbar over textareas that take Markdown (data-md), and a preview made by the server when data-md
// holds its address (POST text, answer: safe HTML).
import { all, make, t } from "./dom";

/** Puts marks around the chosen text, or at the start of its lines. */
function mark(area: HTMLTextAreaElement, before: string, after: string, lines: boolean): void {
  const { selectionStart: from, selectionEnd: to, value } = area;
  area.focus();
  if (lines) {
    const start = value.lastIndexOf("\n", from - 1) + 1;
    const block = value.slice(start, to);
    area.setRangeText(block.split("\n").map((line) => before + line).join("\n"), start, to, "end");
  } else {
    area.setRangeText(before + value.slice(from, to) + after, from, to, "preserve");
    area.setSelectionRange(from + before.length, to + before.length);
  }
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

export function markdown(): void {
  for (const area of all<HTMLTextAreaElement>("textarea[data-md]")) {
    const tools: [string, string, string, string, boolean][] = [
      ["B", t("太字", "Bold"), "**", "**", false],
      ["H", t("見出し", "Heading"), "## ", "", true],
      ["•", t("箇条書き", "List"), "- ", "", true],
      ["❝", t("引用", "Quote"), "> ", "", true],
      [t("リンク", "Link"), t("リンク", "Link"), "[", "](https://)", false],
    ];
    const bar = make("div", { class: "tb", role: "group", "aria-label": t("書式", "Formatting") });
    for (const [sign, name, before, after, lines] of tools) {
      const button = make("button", { type: "button", title: name, "aria-label": name }, sign);
      button.onclick = () => mark(area, before, after, lines);
      bar.append(button);
    }
    const address = area.dataset["md"];
    if (address) {
      const view = make("div", { class: "preview prose", "aria-live": "polite", hidden: "" });
      const button = make("button", { type: "button" }, t("プレビュー", "Preview"));
      button.onclick = () => {
        if (!view.hidden) { view.hidden = true; return; }
        fetch(address, { method: "POST", body: new URLSearchParams({ text: area.value }) })
          .then((answer) => (answer.ok ? answer.text() : Promise.reject(new Error())))
          .then((html) => { view.innerHTML = html; view.hidden = false; })
          .catch(() => { view.textContent = t("プレビューを表示できません", "The preview is not available"); view.hidden = false; });
      };
      bar.append(button);
      area.after(view);
    }
    area.before(bar);
  }
}
