// The map as somebody sees it: how soon the first picture is there in a real browser, what it weighs, how soon a move of the
// slider shows, and how soon a new tie is in it. Needs Chromium.
//
//   node tests/bench/map.mjs target/release     PEOPLE=0 (the sample hub), or a made-up hub of so many people
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";

const target = resolve(process.argv[2] ?? "target/release");
const PEOPLE = Number(process.env.PEOPLE ?? 0);
const ROUNDS = 9;
// Read when the helpers are loaded.
process.env.MUSUBI_TEST_BINARY = join(target, "musubi");
const { freePort, startHub } = await import("../e2e/lib/hub.mjs");
const port = await freePort();
process.env.MUSUBI_TEST_BASE = `http://localhost:${port}/`;
const { ask } = await import("../e2e/lib/web.mjs");
const { openBrowser, visit } = await import("../e2e/lib/browser.mjs");
const rows = [];

function note(what, value, unit, goal) {
  rows.push({ what, value, unit, goal, over: goal !== undefined && value > goal });
  console.error(`  ${what}: ${value.toFixed(1)} ${unit}`);
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** From the click to the first picture with the drawing in it, with an empty cache; milliseconds. */
async function firstPicture(browser) {
  const page = await visit(browser, { lang: "ja" });
  const weight = { script: 0 };
  page.on("response", async (answer) => {
    if (answer.request().resourceType() === "script") weight.script += gzipSync(await answer.body()).length;
  });
  await page.goto("/ja/map", { waitUntil: "load" });
  const shown = await page.evaluate(() => new Promise((told) => {
    const read = () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
    const wait = () => (read() === undefined ? requestAnimationFrame(wait) : told(read()));
    wait();
  }));
  const drawn = await page.locator("#world path").count();
  await page.context().close();
  return { shown, drawn, script: weight.script };
}

/** From a move of the slider to the frame that shows it; milliseconds, the slowest of all moves. */
async function slider(browser) {
  const page = await visit(browser, { lang: "en" });
  await page.goto("/en/map");
  const worst = await page.evaluate(async () => {
    const range = document.getElementById("map-range");
    const [least, most] = [Number(range.min), Number(range.max)];
    let worst = 0;
    for (let step = 0; step <= 20; step += 1) {
      range.value = String(most - ((most - least) * step) / 20);
      const begun = performance.now();
      range.dispatchEvent(new Event("input"));
      await new Promise((shown) => requestAnimationFrame(() => setTimeout(shown)));
      worst = Math.max(worst, performance.now() - begun);
    }
    return worst;
  });
  await page.context().close();
  return worst;
}

/** From the answer to a write until the map knows the tie; milliseconds. */
async function lag(token) {
  const authorization = { authorization: `Bearer ${token}` };
  const make = async (path, fields) => {
    const made = await ask(`/api/v1/${path}`, { method: "POST", json: { fields }, headers: authorization });
    if (made.status !== 201) throw new Error(`${path}: ${made.status} ${made.text.slice(0, 300)}`);
    return made.json().id;
  };
  const both = (text) => ({ ja: text, en: text });
  const slowest = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const [one, other] = [
      await make("organizations", { name: both(`Tie ${round} A`), kind: "company" }),
      await make("organizations", { name: both(`Tie ${round} B`), kind: "company" }),
    ];
    await make("relations", { from: one, to: other, kind: "parent" });
    const begun = performance.now();
    for (;;) {
      const told = await ask("/en/map/export.json", {});
      if (told.text.includes(one) && told.text.includes(other)) break;
      if (performance.now() - begun > 20_000) throw new Error("the map does not learn of a tie");
      await sleep(5);
    }
    slowest.push(performance.now() - begun);
  }
  return Math.max(...slowest);
}

const folder = mkdtempSync(join(tmpdir(), "musubi-map-"));
const before = loadavg()[0].toFixed(1);
mkdirSync(join(folder, "hub"));
const data = join(folder, "hub");
try {
  execFileSync(join(target, "musubi"), ["--data", data, "sample", ...(PEOPLE ? ["--people", String(PEOPLE)] : [])], { stdio: "ignore" });
  const token = execFileSync(join(target, "musubi"), ["--data", data, "token", "add", "director@example.jp", "--label", "map", "--permissions", "edit_directory"], { encoding: "utf8" }).trim().split("\n").at(-1);
  const hub = await startHub({ port, data, sample: false });
  const browser = await openBrowser();
  try {
    await firstPicture(browser);
    const pictures = [];
    for (let round = 0; round < ROUNDS; round += 1) pictures.push(await firstPicture(browser));
    console.error(`  ${pictures[0].drawn} ties drawn`);
    note("first picture of the map, median of nine with an empty cache", median(pictures.map((one) => one.shown)), "ms", PEOPLE ? undefined : 1000);
    note("script of the page, compressed", pictures[0].script / 1024, "KiB", 60);
    note("a move of the slider to the frame that shows it, slowest of twenty", await slider(browser), "ms", 100);
    note("a write to its tie in the map, slowest of nine", await lag(token), "ms", 1000);
  } finally {
    await browser.close();
    await hub.stop();
  }
  console.log(`\n${cpus().length} × ${cpus()[0]?.model ?? "?"}; load before ${before}; ${PEOPLE ? `${PEOPLE} people` : "sample hub"}\n`);
  console.log("| what | measured | goal |  |\n|---|---|---|---|");
  for (const row of rows) console.log(`| ${row.what} | ${row.value.toFixed(1)} ${row.unit} | ${row.goal === undefined ? "" : `≤ ${row.goal} ${row.unit}`} | ${row.goal === undefined ? "" : row.over ? "OVER" : "ok"} |`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = rows.some((row) => row.over) ? 1 : 0;
