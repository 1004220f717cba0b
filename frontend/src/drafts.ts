// Keeps what people write. A form with data-draft="ADDRESS" is sent there (POST, urlencoded) when typing pauses;
// when the server cannot be reached, the text stays in this browser and is offered again. Passwords and files never.
import { all, later, make, memory, t } from "./dom";

function written(form: HTMLFormElement): URLSearchParams {
  const secret = new Set(all<HTMLInputElement>("input[type=password]", form).map((field) => field.name));
  const values = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string" && !secret.has(name)) values.append(name, value);
  return values;
}

function putBack(form: HTMLFormElement, kept: URLSearchParams): void {
  for (const field of form.elements) {
    if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement) || !field.name) continue;
    if (field instanceof HTMLInputElement && /^(hidden|password|file)$/.test(field.type)) continue;
    const values = kept.getAll(field.name);
    if (field instanceof HTMLInputElement && /^(checkbox|radio)$/.test(field.type)) field.checked = values.includes(field.value);
    else if (values[0] !== undefined) field.value = values[0];
  }
}

function keep(form: HTMLFormElement, address: string): void {
  const key = `musubi-draft:${address}`;
  const line = form.querySelector<HTMLElement>("[data-saved]");
  const say = (words: string): void => { if (line) line.textContent = words; };
  let waiting = false;

  const found = memory.get(key);
  if (found !== null && found !== written(form).toString()) {
    const back = make("button", { type: "button", class: "btn line sm" }, t("下書きを戻す", "Restore the draft"));
    const drop = make("button", { type: "button", class: "as-text small" }, t("破棄", "Discard"));
    const offer = make("p", { class: "tip row" }, t("送信されなかった下書きがあります。", "There is a draft that was not sent. "), back, drop);
    back.onclick = () => { putBack(form, new URLSearchParams(found)); offer.remove(); };
    drop.onclick = () => { memory.set(key, null); offer.remove(); };
    form.prepend(offer);
  }

  const save = later(1500, () => {
    const values = written(form);
    fetch(address, { method: "POST", body: values, keepalive: true })
      .then((answer) => {
        if (!answer.ok) throw new Error(String(answer.status));
        waiting = false;
        memory.set(key, null);
        const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
        say(t(`下書きを保存しました ${time}`, `Draft saved ${time}`));
      })
      .catch(() => {
        waiting = memory.get(key) !== values.toString();
        memory.set(key, values.toString());
        if (memory.get(key) !== null) waiting = false;
        say(t("通信できないため、下書きをこの端末に残しています", "No connection: the draft is kept on this device"));
      });
  });
  form.addEventListener("input", () => { waiting = true; save(); });
  form.addEventListener("submit", () => { waiting = false; memory.set(key, null); });
  addEventListener("beforeunload", (event) => { if (waiting) event.preventDefault(); });
}

/** A button that was pressed says so, and cannot be pressed twice. */
function pressOnce(form: HTMLFormElement): void {
  form.addEventListener("submit", (event) => {
    if (form.method !== "post" || event.defaultPrevented) return;
    const button = event.submitter;
    if (!(button instanceof HTMLButtonElement)) return;
    // After the submission has read the button's own name and value.
    setTimeout(() => {
      button.setAttribute("aria-disabled", "true");
      const words = button.textContent;
      setTimeout(() => { if (button.isConnected && !button.querySelector("svg")) button.textContent = t("送信しています…", "Sending…"); }, 300);
      setTimeout(() => { button.removeAttribute("aria-disabled"); if (!button.querySelector("svg")) button.textContent = words; }, 8000);
    });
    if (form.dataset["sent"] && Date.now() - Number(form.dataset["sent"]) < 8000) event.preventDefault();
    form.dataset["sent"] = String(Date.now());
  });
}

export function drafts(): void {
  for (const form of all<HTMLFormElement>("form[data-draft]")) keep(form, form.dataset["draft"] ?? "");
  for (const form of all<HTMLFormElement>("form[method=post]:not(.theme)")) pressOnce(form);
  document.getElementById("errors")?.focus();
}
