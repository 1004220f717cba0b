// Measures the colour pairs that the interface uses (WCAG 2.2: 1.4.3 text 4.5:1, 1.4.11 controls 3:1), both themes.
import { readFileSync } from "node:fs";

const sheet = (name) => readFileSync(new URL(`src/css/${name}.css`, import.meta.url), "utf8");
const tokens = (css) => Object.fromEntries([...css.matchAll(/--([\w-]+):(#[0-9a-f]{3,6})\b/gi)].map((m) => [m[1], m[2]]));
const light = tokens(sheet("tokens"));
const dark = { ...light, ...tokens(sheet("dark")) };

function luminance(hex) {
  const full = hex.length === 4 ? hex.replace(/[^#]/g, "$&$&") : hex;
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(full.slice(i, i + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a, b) {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const kinds = ["brand", "cord", "gold", "moss", "plum", "indigo"];
const grounds = ["paper", "surface", "sunken"];
const pairs = [
  ...["ink", "ink-2", "ink-3", ...kinds].flatMap((text) => grounds.map((ground) => [text, ground, 4.5])),
  ...kinds.flatMap((kind) => [[kind, `${kind}-tint`, 4.5], ["ink", `${kind}-tint`, 4.5], ["ink-2", `${kind}-tint`, 4.5]]),
  ["on-brand", "brand", 4.5], ["on-cord", "cord", 4.5], ["paper", "ink", 4.5],
  ...["edge", "focus"].flatMap((control) => grounds.map((ground) => [control, ground, 3])),
];
let faults = 0;
for (const [theme, values] of Object.entries({ light, dark })) {
  for (const [text, ground, need] of pairs) {
    const got = contrast(values[text], values[ground]);
    if (got < need) faults += console.error(`${theme}: ${text} on ${ground} ${got.toFixed(2)} < ${need}`) ?? 1;
  }
}
console.log(`${pairs.length} pairs in two themes, ${faults} too weak`);
process.exit(faults ? 1 : 0);
