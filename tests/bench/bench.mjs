// Measures the program as it is shipped, on this machine, against bare axum and bare SQLite in the same run, and
// prints a table with the goals beside it. A figure over its goal is marked; the exit status says whether any is.
//
// Processor time per request is what the kernel counts for the process (utime + stime) while a loopback client asks
// with eight connections, divided by the requests: the client's own work is not in it, other work on the machine
// changes it little. Wall time is stated where people wait.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import http from "node:http";
import { createServer } from "node:net";
import { cpus, loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const target = resolve(process.argv[2] ?? "target/release");
const musubi = join(target, "musubi");
const PEOPLE = Number(process.env.PEOPLE ?? 20_000);
const IMPORT_ROWS = Number(process.env.IMPORT_ROWS ?? 20_000);
const CONNECTIONS = 8;
const folder = mkdtempSync(join(tmpdir(), "musubi-bench-"));
const children = new Set();
const rows = [];
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("MUSUBI_")));
environment.MUSUBI_LOG = "warn";

const seconds = (from) => (performance.now() - from) / 1000;
function note(what, value, unit, goal, floor = "") {
  rows.push({ what, value, unit, goal, floor, over: goal !== undefined && value > goal });
  console.error(`  ${what}: ${value.toFixed(value < 10 ? 3 : 1)} ${unit}`);
}

function run(arguments_, data) {
  const began = performance.now();
  const text = execFileSync(musubi, ["--data", data, ...arguments_], { env: environment, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1 << 28 });
  return { text, took: seconds(began) };
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
function ask(port, path, { method = "GET", headers = {}, body, fresh = false } = {}) {
  return new Promise((resolve, reject) => {
    const sent = { host: `localhost:${port}`, ...headers };
    if (body !== undefined) sent["content-length"] = Buffer.byteLength(body);
    const request = http.request({ host: "127.0.0.1", port, path, method, headers: sent, agent: fresh ? false : agent }, (answer) => {
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, text: Buffer.concat(chunks).toString("utf8") }));
    });
    request.on("error", reject);
    request.setTimeout(60_000, () => request.destroy(new Error(`no answer from ${path}`)));
    request.end(body);
  });
}

/** Starts a hub and gives the wall time until its first page was there. */
async function serve(data) {
  const port = await freePort();
  const began = performance.now();
  const child = spawn(musubi, ["--data", data, "serve", "--listen", `127.0.0.1:${port}`], { env: environment, stdio: ["ignore", "ignore", "inherit"] });
  children.add(child);
  for (;;) {
    if (child.exitCode !== null) throw new Error("the hub ended while starting");
    const answer = await ask(port, "/ja/", { fresh: true }).catch(() => null);
    if (answer?.status === 200) break;
    if (seconds(began) > 120) throw new Error("no first page in two minutes");
    await sleep(4);
  }
  return { port, child, pid: child.pid, first: seconds(began) };
}

/** Waits until a hub that has just started has made its suggestions and map and rests: that is no cost of a request. */
async function settle(pid) {
  const began = performance.now();
  for (let quiet = 0; quiet < 3 && seconds(began) < 180; ) {
    const before = cpu(pid);
    await sleep(1000);
    quiet = cpu(pid) - before < 30_000 ? quiet + 1 : 0;
  }
  return seconds(began);
}

async function stop({ child }) {
  child.kill("SIGTERM");
  await Promise.race([once(child, "exit"), sleep(15_000).then(() => child.kill("SIGKILL"))]);
  children.delete(child);
}

const TICK_US = 1e6 / Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
function cpu(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /s, "").split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}
const memory = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;

/** Processor milliseconds per request over `count` requests. */
async function perRequest(pid, port, count, next) {
  for (let at = 0; at < Math.min(50, count); at += 1) await next(at, port);
  const before = cpu(pid);
  let at = 0;
  const worker = async () => { while (at < count) { at += 1; await next(at, port); } };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  return (cpu(pid) - before) / 1000 / count;
}

const expect = (status, answer, path) => { if (answer.status !== status) throw new Error(`${path}: ${answer.status}\n${answer.text.slice(0, 500)}`); return answer; };
const get = (paths, headers) => async (at, port) => { const path = paths[at % paths.length]; expect(200, await ask(port, path, { headers }), path); };

async function floors() {
  const hello = spawn(join(target, "examples/hello_floor"), [], { stdio: ["ignore", "pipe", "inherit"] });
  children.add(hello);
  const port = Number(String((await once(hello.stdout, "data"))[0]).trim());
  const helloMs = await perRequest(hello.pid, port, 20_000, get(["/"]));
  hello.kill();
  children.delete(hello);
  const sqlite = JSON.parse(execFileSync(join(target, "examples/commit_floor"), [folder], { encoding: "utf8" }));
  return { helloMs, commitCpuMs: sqlite.commit_cpu_us / 1000, commitWallMs: sqlite.commit_wall_us / 1000, pageCpuMs: sqlite.page_cpu_us / 1000 };
}

/** A sheet of people that nobody has yet. */
function sheet(count) {
  const family = ["佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "加藤"];
  const given = ["葵", "蓮", "陽菜", "湊", "凛", "朝陽", "結衣", "悠真", "紬", "律"];
  const lines = ["code,family.ja,given.ja,romaji,headline.en,country"];
  for (let at = 0; at < count; at += 1) lines.push(`bench-${at},${family[at % 10]}${at},${given[(at / 10 | 0) % 10]},Bench Person ${at},"Cell processing, line ${at}",JP`);
  const file = join(folder, "people.csv");
  writeFileSync(file, `${lines.join("\r\n")}\r\n`);
  return file;
}

async function sampleHub() {
  const data = join(folder, "sample");
  mkdirSync(data);
  run(["sample"], data);
  const starts = [];
  for (let turn = 0; turn < 3; turn += 1) {
    const hub = await serve(data);
    starts.push(hub.first);
    if (turn === 2) {
      for (const path of ["/ja/", "/en/directory", "/ja/agreements", "/en/search?q=iPS", "/en/agreements/matrix"]) await ask(hub.port, path);
      note("resident memory, sample hub after some reading", memory(hub.pid), "MB", 100);
    }
    await stop(hub);
  }
  note("start to first page, sample hub", starts.sort((a, b) => a - b)[1], "s", 0.3);
}

async function largeHub(floor) {
  const data = join(folder, "large");
  mkdirSync(data);
  const made = run(["sample", "--people", String(PEOPLE)], data);
  note(`making the hub of ${PEOPLE} people`, made.took, "s");
  const token = run(["token", "add", "director@example.jp", "--label", "bench", "--permissions", "edit_directory"], data).text.trim().split("\n").at(-1);
  const hub = await serve(data);
  note("start to first page, large hub", hub.first, "s");
  note("then until suggestions and map are made, large hub", await settle(hub.pid), "s");
  const list = expect(200, await ask(hub.port, "/api/v1/organizations?limit=200"), "list").text;
  const ids = [...new Set([...list.matchAll(/"id":"([0-9a-f-]{36})"/g)].map((found) => found[1]))].slice(0, 100);
  const facets = ["/en/directory", "/ja/directory?type=organization&kind=company", "/ja/directory?type=person", "/en/directory?type=unit&fields=regenerative_medicine", "/ja/directory?kind=startup&country=JP"];
  const hello = `hello ${floor.helloMs.toFixed(3)}`;
  note("directory list with facets", await perRequest(hub.pid, hub.port, 2_000, get(facets)), "ms CPU", 3, `${hello}, 50 rows ${floor.pageCpuMs.toFixed(3)}`);
  note("profile", await perRequest(hub.pid, hub.port, 4_000, get(ids.map((id) => `/en/organizations/${id}`))), "ms CPU", 1, hello);
  const words = ["再生", "細胞", "iPS", "sato", "さとう", "cell manufacturing", "株式会社", "LINK-J", "心筋シート", "kyoto"];
  note("search", await perRequest(hub.pid, hub.port, 2_000, get(words.map((word) => `/ja/search?q=${encodeURIComponent(word)}`))), "ms CPU", 3, hello);
  note("an edit", await edits(hub, token, ids), "ms CPU", 2, `commit ${floor.commitCpuMs.toFixed(3)} (${floor.commitWallMs.toFixed(2)} ms wall)`);
  note("resident memory, large hub", memory(hub.pid), "MB");
  await stop(hub);
  return data;
}

/** Each worker edits records of its own, as programs do: read, then change what was read. */
async function edits(hub, token, ids) {
  const authorization = `Bearer ${token}`;
  const etags = new Map();
  for (const id of ids) etags.set(id, expect(200, await ask(hub.port, `/api/v1/organizations/${id}`, { headers: { authorization } }), id).headers.etag);
  const free = [...ids];
  // Long enough that what follows changes in steps (index, map, suggestions) weighs as it does in a day's work.
  return perRequest(hub.pid, hub.port, 4_000, async (at, port) => {
    const id = free.shift();
    const body = JSON.stringify({ fields: { summary: { en: `Edited ${at}`, ja: `編集 ${at}` } } });
    const headers = { authorization, "content-type": "application/json", "if-match": etags.get(id) };
    const answer = expect(200, await ask(port, `/api/v1/organizations/${id}`, { method: "PATCH", headers, body }), `PATCH ${id}`);
    etags.set(id, answer.headers.etag);
    free.push(id);
  });
}

function exchange(large) {
  const file = sheet(IMPORT_ROWS);
  const data = join(folder, "import");
  cpSync(join(folder, "sample"), data, { recursive: true });
  const dry = run(["import", "people", file, "--dry-run"], data).took;
  const real = run(["import", "people", file], data).took;
  note(`import of ${IMPORT_ROWS} rows: dry run, then for real`, dry + real, "s", 10, `dry run ${dry.toFixed(1)} s`);
  const archive = join(folder, "hub.zip");
  const out = run(["export", "hub", archive], large).took;
  const empty = join(folder, "copy");
  mkdirSync(empty);
  const back = run(["import", "hub", archive], empty).took;
  note("export of the large hub and import into an empty one", out + back, "s", 60, `${(statSync(archive).size / 1e6).toFixed(1)} MB, export ${out.toFixed(1)} s`);
}

function print(before) {
  const load = loadavg().map((figure) => figure.toFixed(1)).join(" ");
  const model = cpus()[0]?.model ?? "?";
  console.log(`\n${cpus().length} × ${model}; load before ${before}, after ${load}; ${PEOPLE} people\n`);
  const cells = rows.map((row) => [row.what, `${row.value.toFixed(row.value < 10 ? 3 : 1)} ${row.unit}`, row.goal === undefined ? "" : `≤ ${row.goal}`, row.over ? "OVER" : row.goal === undefined ? "" : "ok", row.floor]);
  const heading = ["what", "measured", "goal", "", "floor"];
  const widths = heading.map((_, at) => Math.max(...[heading, ...cells].map((row) => row[at].length)));
  const line = (row) => `| ${row.map((cell, at) => cell.padEnd(widths[at])).join(" | ")} |`;
  for (const row of [heading, widths.map((width) => "-".repeat(width)), ...cells]) console.log(line(row));
}

const before = loadavg().map((figure) => figure.toFixed(1)).join(" ");
try {
  note("binary", statSync(musubi).size / 1e6, "MB", 60);
  const floor = await floors();
  note("floor: axum hello", floor.helloMs, "ms CPU");
  note("floor: SQLite, page of 50 rows", floor.pageCpuMs, "ms CPU");
  note("floor: SQLite, one durable commit", floor.commitWallMs, "ms wall");
  await sampleHub();
  exchange(await largeHub(floor));
  print(before);
} finally {
  for (const child of children) child.kill("SIGKILL");
  agent.destroy();
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = rows.some((row) => row.over) ? 1 : 0;
