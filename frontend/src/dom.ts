// Small tools that every other file here uses. Nothing on a page depends on this script: it only saves steps.

/** The words in the language of the page. */
export const t = (ja: string, en: string): string => (document.documentElement.lang === "ja" ? ja : en);

/** An address in the language of the page. */
export const here = (path: string): string => `/${document.documentElement.lang}${path}`;

/** All elements that match, in the page or below `root`. */
export const all = <E extends HTMLElement>(selector: string, root: ParentNode = document): E[] => [...root.querySelectorAll<E>(selector)];

/** Makes an element with attributes and children. */
export function make<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Record<string, string> = {}, ...children: (Node | string)[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Runs the last of many calls, once they have stopped for `wait` milliseconds. */
export function later(wait: number, act: () => void): () => void {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = window.setTimeout(act, wait);
  };
}

/** A line at the foot of the window that a screen reader says, and that leaves by itself. */
export function toast(words: string): void {
  const line = make("p", { class: "toast", role: "status" });
  document.body.append(line);
  // The region must be in the page before its words for them to be announced.
  requestAnimationFrame(() => { line.textContent = words; });
  setTimeout(() => line.remove(), 6000);
}

/** localStorage may be switched off; then nothing is remembered, and nothing breaks. */
export const memory = {
  get(key: string): string | null {
    try { return localStorage.getItem(key); } catch { return null; }
  },
  set(key: string, value: string | null): void {
    try { if (value === null) localStorage.removeItem(key); else localStorage.setItem(key, value); } catch { /* see above */ }
  },
};

/** Whether the person is writing, so that a letter is a letter. */
export const isWriting = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
