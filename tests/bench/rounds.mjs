// A partnering conference of thousands from two sheets to personal schedules, with the program as it is shipped: import, plan,
// publish, the page of one participant, and mending after cancellations. Prints a table with the goals beside it; the exit
// status says whether a figure is over its goal. PARTICIPANTS=20000 and MEETINGS=60000 by default.
//
// Wall time is what the officer waits; memory is the largest resident set that the kernel saw (VmHWM). Processor time per page
// is utime + stime of the server while a loopback client asks, divided by the requests.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { createServer } from "node:net";
import { loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const musubi = join(resolve(process.argv[2] ?? "target/release"), "musubi");
const PARTICIPANTS = Number(process.env.PARTICIPANTS ?? 20_000);
const MEETINGS = Number(process.env.MEETINGS ?? 60_000);
const SOLVE_SECONDS = Number(process.env.SOLVE_SECONDS ?? 120);
const CANCELLED = 50;
const folder = mkdtempSync(join(tmpdir(), "musubi-rounds-"));
const data = join(folder, "data");
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("MUSUBI_")));
environment.MUSUBI_LOG = "warn";
const rows = [];

function note(what, value, unit, goal) {
  rows.push({ what, value, unit, goal, over: goal !== undefined && value > goal });
  console.error(`  ${what}: ${value.toFixed(value < 10 ? 3 : 1)} ${unit}`);
}

/** Runs the program to its end; seconds, MiB at most, and what it printed. */
async function run(...words) {
  const began = performance.now();
  const child = spawn(musubi, ["--data", data, ...words], { env: environment, stdio: ["ignore", "pipe", "inherit"] });
  let [text, most] = ["", 0];
  child.stdout.on("data", (chunk) => { text += chunk; });
  const look = setInterval(() => { most = Math.max(most, peak(child.pid)); }, 100);
  const [code] = await once(child, "close");
  clearInterval(look);
  if (code !== 0) throw new Error(`${words.join(" ")}: exit status ${code}\n${text.slice(0, 2_000)}`);
  return { seconds: (performance.now() - began) / 1000, mib: most, text };
}

function peak(pid) {
  try {
    const line = readFileSync(`/proc/${pid}/status`, "utf8").match(/VmHWM:\s+(\d+)/);
    return line ? Number(line[1]) / 1024 : 0;
  } catch {
    return 0;
  }
}

/** A linear congruential sequence (Knuth, volume 2): the same conference every time. */
let state = 2026n;
function draw(below) {
  state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
  return Number((state >> 33n) % BigInt(below));
}

function sheets() {
  const half = PARTICIPANTS / 2;
  const people = ["名称,区分,言語"];
  for (let n = 1; n <= half; n++) people.push(`Host ${n},研究室,${n % 5 ? "" : "英語"}`);
  for (let n = 1; n <= half; n++) people.push(`Guest ${n},企業,${n % 7 ? "" : "英語"}`);
  const wishes = new Map();
  const wish = (who, whom) => wishes.set(`${who},${whom}`, draw(4) ? "○" : "◎");
  // A third more wishes than meetings; interests are near each other, and some are in demand.
  while (wishes.size < MEETINGS * 1.35) {
    const guest = 1 + draw(half);
    const host = draw(5) ? 1 + ((guest + draw(400)) % half) : 1 + draw(Math.ceil(half / 10));
    wish(`Guest ${guest}`, `Host ${host}`);
    if (draw(3) === 0) wish(`Host ${host}`, `Guest ${guest}`);
  }
  writeFileSync(join(folder, "people.csv"), people.join("\n"));
  writeFileSync(join(folder, "wishes.csv"), ["だれが,だれに,希望", ...[...wishes].map(([pair, word]) => `${pair},${word}`)].join("\n"));
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
function ask(port, path) {
  return new Promise((resolve, reject) => {
    http.get({ host: "127.0.0.1", port, path, agent, headers: { host: `localhost:${port}` } }, (answer) => {
      let text = "";
      answer.on("data", (chunk) => { text += chunk; });
      answer.on("end", () => resolve({ status: answer.statusCode, text }));
    }).on("error", reject);
  });
}

function processorSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) / Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
}

async function pages() {
  await run("round", "addresses", "big", join(folder, "own.csv"));
  const own = readFileSync(join(folder, "own.csv"), "utf8").split("\n").slice(1).filter(Boolean);
  const secrets = own.map((line) => line.trim().split("/").pop().replaceAll('"', ""));
  const port = await freePort();
  const server = spawn(musubi, ["--data", data, "serve", "--listen", `127.0.0.1:${port}`, "--base-url", `http://localhost:${port}/`], { env: environment, stdio: ["ignore", "ignore", "inherit"] });
  try {
    for (let tries = 0; ; tries++) {
      const up = await ask(port, "/en").catch(() => undefined);
      if (up) break;
      if (tries > 600) throw new Error("the server did not start");
      await sleep(100);
    }
    const paths = (count, kind) => Array.from({ length: count }, () => kind(secrets[draw(secrets.length)]));
    for (const [what, kind] of [
      ["personal schedule page", (secret) => `/ja/my-round/${secret}`],
      ["personal calendar (ICS)", (secret) => `/files/rounds/${secret}.ics`],
    ]) {
      const first = await ask(port, kind(secrets[0]));
      if (first.status !== 200) throw new Error(`${what}: ${first.status}`);
      for (const path of paths(100, kind)) await ask(port, path);
      const [before, list] = [processorSeconds(server.pid), paths(1_000, kind)];
      for (let at = 0; at < list.length; at += 4) await Promise.all(list.slice(at, at + 4).map((path) => ask(port, path)));
      note(what, ((processorSeconds(server.pid) - before) * 1000) / list.length, "ms CPU", 2);
    }
  } finally {
    server.kill("SIGTERM");
    await once(server, "close");
  }
}

/** Fifty pairs say no: what the mending touches, against what had to change. */
async function mend() {
  await run("round", "export", "big", join(folder, "timetable.csv"));
  const planned = readFileSync(join(folder, "timetable.csv"), "utf8").split("\n").slice(1).filter(Boolean);
  const gone = Array.from({ length: CANCELLED }, () => planned.splice(draw(planned.length), 1)[0].split(","));
  const sheet = ["だれが,だれに,希望", ...gone.map((cells) => `${cells[2]},${cells[1]},×`)];
  writeFileSync(join(folder, "gone.csv"), sheet.join("\n"));
  await run("round", "import", "big", "--wishes", join(folder, "gone.csv"));
  const mended = await run("round", "solve", "big", "--repair", "--seconds", "20");
  const result = JSON.parse(mended.text.trim().split("\n").pop());
  note("mending after 50 cancellations", mended.seconds, "s");
  note("meetings touched per one that had to change", result.changes / Math.max(1, result.unavoidable), "×", 3);
  console.error(`  ${result.unavoidable} had to change, ${result.changes} differ, ${result.meetings} meetings`);
}

try {
  console.error(`load before: ${loadavg().map((load) => load.toFixed(2)).join(" ")}`);
  sheets();
  const days = [7, 8, 9, 10].map((day) => `2026-12-${String(day).padStart(2, "0")} 09:00-12:00 13:00-18:20`).join("; ");
  const people = await run("round", "import", "big", "--days", days, "--minutes", "20", "--tables", "1000", "--participants", join(folder, "people.csv"));
  const wishes = await run("round", "import", "big", "--wishes", join(folder, "wishes.csv"));
  note("import of participants", people.seconds, "s");
  note("import of wishes", wishes.seconds, "s");
  const solved = await run("round", "solve", "big", "--seconds", String(SOLVE_SECONDS));
  const result = JSON.parse(solved.text.trim().split("\n").pop());
  note("planning", solved.seconds, "s");
  console.error(`  ${result.meetings} meetings, ${(100 * result.weight / result.bound).toFixed(2)} % of the proven limit`);
  const published = await run("round", "publish", "big");
  note("publication", published.seconds, "s");
  note("from sheets to publication", people.seconds + wishes.seconds + solved.seconds + published.seconds, "s", 300);
  note("memory at most", Math.max(people.mib, wishes.mib, solved.mib, published.mib), "MiB", 2048);
  note("meetings short of what was asked for", Math.max(0, MEETINGS - result.meetings), "", 0);
  await pages();
  await mend();
  console.log(`\n| ${PARTICIPANTS} participants | value | goal |\n|---|---|---|`);
  for (const row of rows) console.log(`| ${row.what} | ${row.value.toFixed(2)} ${row.unit}${row.over ? " (over)" : ""} | ${row.goal === undefined ? "" : `≤ ${row.goal} ${row.unit}`} |`);
  console.log(`\nload after: ${loadavg().map((load) => load.toFixed(2)).join(" ")}`);
  process.exitCode = rows.some((row) => row.over) ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
