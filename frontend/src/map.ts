// The map with script: drag and zoom, arrow keys from party to party, a slider over months, a picture to take out. Without
// script the same page shows the same picture, with a date form and links.
import { all, t } from "./dom";

const drawing = document.getElementById("drawing") as unknown as SVGSVGElement | null;
const world = document.getElementById("world");

if (drawing && world) {
  const WIDTH = 1000;
  const HEIGHT = 760;
  let view = { x: 0, y: 0, w: WIDTH };
  const show = (): void => drawing.setAttribute("viewBox", `${view.x} ${view.y} ${view.w} ${(view.w * HEIGHT) / WIDTH}`);
  const zoom = (by: number, x = view.x + view.w / 2, y = view.y + (view.w * HEIGHT) / WIDTH / 2): void => {
    const w = Math.min(WIDTH * 1.5, Math.max(60, view.w * by));
    const share = w / view.w;
    view = { x: x - (x - view.x) * share, y: y - (y - view.y) * share, w };
    show();
  };

  /** A point of the window in the drawing. */
  const point = (event: MouseEvent): { x: number; y: number } => {
    const matrix = drawing.getScreenCTM();
    if (!matrix) return { x: WIDTH / 2, y: HEIGHT / 2 };
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    return { x: at.x, y: at.y };
  };

  // A wheel alone scrolls the page; with Ctrl or ⌘ (as a pinch on a touch pad sends it) it zooms.
  drawing.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const at = point(event);
    zoom(event.deltaY > 0 ? 1.15 : 0.87, at.x, at.y);
  }, { passive: false });

  let held: { x: number; y: number; moved: boolean } | undefined;
  drawing.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" && event.button === 0) held = { x: event.clientX, y: event.clientY, moved: false };
  });
  window.addEventListener("pointermove", (event) => {
    if (!held) return;
    const scale = view.w / drawing.clientWidth;
    const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
    if (!held.moved && Math.hypot(dx, dy) < 5) return;
    view = { ...view, x: view.x - dx * scale, y: view.y - dy * scale };
    held = { x: event.clientX, y: event.clientY, moved: true };
    show();
  });
  window.addEventListener("pointerup", () => window.setTimeout(() => { held = undefined; }));
  drawing.addEventListener("click", (event) => { if (held?.moved) event.preventDefault(); }, true);
  drawing.addEventListener("dragstart", (event) => event.preventDefault());

  // One stop for the Tab key; arrows lead to the nearest party in their direction.
  const links = [...world.querySelectorAll<SVGAElement>("a")];
  const middle = (link: SVGAElement): [number, number] => {
    const circle = link.querySelector("circle");
    return [Number(circle?.getAttribute("cx")), Number(circle?.getAttribute("cy"))];
  };
  const places = new Map(links.map((link) => [link, middle(link)] as const));
  const first = links.find((link) => link.hasAttribute("aria-current")) ?? links[0];
  first?.setAttribute("tabindex", "0");
  const STEPS: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  world.addEventListener("keydown", (event) => {
    const from = (event.target as Element).closest("a") as SVGAElement | null;
    const step = STEPS[event.key];
    const here = from && places.get(from);
    if (event.key === "+" || event.key === "-") { zoom(event.key === "+" ? 0.8 : 1.25); event.preventDefault(); }
    if (!from || !step || !here) return;
    event.preventDefault();
    let best: SVGAElement | undefined;
    let least = Infinity;
    for (const [link, [x, y]] of places) {
      const [dx, dy] = [x - here[0], y - here[1]];
      const along = dx * step[0] + dy * step[1];
      const aside = Math.abs(dx * step[1]) + Math.abs(dy * step[0]);
      const cost = along + 2 * aside;
      if (link !== from && along > 0 && cost < least) [best, least] = [link, cost];
    }
    if (!best) return;
    from.setAttribute("tabindex", "-1");
    best.setAttribute("tabindex", "0");
    best.focus();
  });

  const button = (label: string, words: string, act: () => void): HTMLButtonElement => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn line sm";
    made.textContent = label;
    made.setAttribute("aria-label", words);
    made.addEventListener("click", act);
    return made;
  };
  const tools = document.createElement("div");
  tools.className = "zoom";
  tools.append(
    button("+", t("大きくする", "Zoom in"), () => zoom(0.75)),
    button("−", t("小さくする", "Zoom out"), () => zoom(1.33)),
    button("⟲", t("全体を見る", "Show all"), () => { view = { x: 0, y: 0, w: WIDTH }; show(); }),
  );
  drawing.parentElement?.append(tools);

  // The slider hides what began later, at once; the date form asks the server, which also lets old ties fade.
  const range = document.getElementById("map-range") as HTMLInputElement | null;
  const date = document.getElementById("map-on") as HTMLInputElement | null;
  const words = document.getElementById("map-day");
  if (range && date && words) {
    range.hidden = false;
    const lines = [...world.querySelectorAll<SVGPathElement>("path[data-since]")].map((line) => [line, Number(line.dataset.since)] as const);
    range.addEventListener("input", () => {
      const month = Number(range.value);
      for (const [line, since] of lines) line.toggleAttribute("hidden", since > month);
      const [year, of] = [Math.floor(month / 12), (month % 12) + 1];
      const last = new Date(Date.UTC(year, of, 0)).getUTCDate();
      date.value = `${String(year).padStart(4, "0")}-${String(of).padStart(2, "0")}-${String(last).padStart(2, "0")}`;
      words.textContent = t(`${year}年${of}月末`, `the end of ${year}-${String(of).padStart(2, "0")}`);
    });
    range.addEventListener("change", () => range.form?.requestSubmit());
  }

  const png = document.getElementById("map-png");
  const file = document.querySelector<HTMLAnchorElement>('a[href*="/map/export.svg"]');
  if (png && file) {
    png.hidden = false;
    png.addEventListener("click", async () => {
      const text = await (await fetch(file.href)).text();
      const picture = new Image();
      picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
      await picture.decode();
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [2000, 1600];
      canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
      const link = document.createElement("a");
      link.download = "map.png";
      link.href = canvas.toDataURL("image/png");
      link.click();
    });
  }
  // Ticking a line of the legend shows it at once.
  for (const box of all<HTMLInputElement>(".legend input")) box.addEventListener("change", () => box.form?.requestSubmit());
}
