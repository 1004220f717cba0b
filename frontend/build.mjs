// Builds crates/web/assets from src: musubi.css, meet.css, map.css, app.js, map.js, passkey.js, check-in.js, icons.svg, favicon.svg, the font and its licence.
// With --same nothing is written: the committed assets are compared with a fresh build, and the budgets are checked.
import { transform, build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { dirname } from "node:path";

const here = new URL(".", import.meta.url).pathname;
const out = `${here}../crates/web/assets/`;
const FONT = "fonts/inter-latin-wght-normal.woff2";
const SHEETS = ["tokens", "base", "frame", "parts", "forms", "home", "directory", "rounds", "print"];
const TARGET = ["chrome109", "firefox115", "safari16.4"];
// Bytes after gzip -9; the font counts as it is.
const BUDGET = { "musubi.css": 10 * 1024, "app.js": 8 * 1024, "passkey.js": 2 * 1024, "meet.css": 5 * 1024, "map.css": 3 * 1024, "map.js": 60 * 1024, "check-in.js": 2 * 1024, [FONT]: 48 * 1024 };

const read = (path) => readFile(path);
const text = async (path) => (await read(path)).toString();
const packageFile = (name) => `${here}node_modules/@fontsource-variable/inter/${name}`;

async function style(font) {
  const dark = (await text(`${here}src/css/dark.css`)).trim();
  const sheets = await Promise.all(SHEETS.map((name) => text(`${here}src/css/${name}.css`)));
  // The same version mark as crates/web/src/assets.rs, so that the preloaded font is the one the sheet asks for.
  const version = createHash("sha256").update(font).digest("hex").slice(0, 8);
  const whole = sheets.join("").replaceAll("/*dark*/", dark).replaceAll(FONT, `${FONT}?v=${version}`);
  return (await transform(whole, { loader: "css", minify: true, target: TARGET, legalComments: "none" })).code;
}

/** The sheet of gatherings with a class for every place of a timetable: rows a, b; rooms r; the number of rooms k. */
async function meetStyle() {
  const classes = (name, from, to) => {
    let rules = "";
    for (let n = from; n <= to; n++) rules += `.${name}${n}{--${name}:${n}}`;
    return rules;
  };
  const places = classes("a", 1, 181) + classes("b", 2, 182) + classes("r", 0, 12) + classes("k", 1, 12);
  const sheet = await text(`${here}src/css/meet.css`);
  return (await transform(sheet + places, { loader: "css", minify: true, target: TARGET, legalComments: "none" })).code;
}

async function script(entry) {
  const made = await build({
    entryPoints: [`${here}src/${entry}.ts`], bundle: true, minify: true, format: "iife", target: TARGET, write: false, charset: "utf8",
  });
  return made.outputFiles[0].contents;
}

const font = await read(packageFile("files/inter-latin-wght-normal.woff2"));
const made = {
  "musubi.css": Buffer.from(await style(font)),
  "meet.css": Buffer.from(await meetStyle()),
  "app.js": Buffer.from(await script("main")),
  "passkey.js": Buffer.from(await script("passkey")),
  "check-in.js": Buffer.from(await script("check-in")),
  "map.css": Buffer.from((await transform(await text(`${here}src/css/map.css`), { loader: "css", minify: true, target: TARGET, legalComments: "none" })).code),
  "map.js": Buffer.from(await script("map")),
  "icons.svg": await read(`${here}src/icons.svg`),
  "favicon.svg": await read(`${here}src/favicon.svg`),
  [FONT]: font,
  "fonts/OFL.txt": await read(packageFile("LICENSE")),
};

let faults = 0;
for (const [name, content] of Object.entries(made)) {
  const size = name.endsWith(".woff2") ? content.length : gzipSync(content, { level: 9 }).length;
  console.log(`${name.padEnd(40)} ${String(content.length).padStart(7)} ${String(size).padStart(6)} gz`);
  if (size > (BUDGET[name] ?? Infinity)) faults += console.error(`  over its budget of ${BUDGET[name]}`) ?? 1;
  if (process.argv.includes("--same")) {
    const kept = await read(out + name).catch(() => Buffer.alloc(0));
    if (!kept.equals(content)) faults += console.error("  differs from the committed file: run make assets") ?? 1;
  } else {
    await mkdir(dirname(out + name), { recursive: true });
    await writeFile(out + name, content);
  }
}
process.exit(faults ? 1 : 0);
