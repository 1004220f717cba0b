// How much the program as it is shipped carries: requests per second and answering times at 1, 8 and 64 connections,
// durable writes, page weight, and how soon a page answers after the dearest one was stormed. Needs wrk (Debian: wrk).
//
//   node tests/bench/load.mjs target/release     SECONDS=5 per line, PEOPLE=20000, MIXED=60 seconds of mixed load,
//                                                ONLY=pages,registrations,writes,storm,mixed for some of it
//
// The client runs on the same machine and takes a share of it: figures are lower bounds.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { ask, signedIn } from "../e2e/lib/web.mjs";

const target = resolve(process.argv[2] ?? "target/release");
// Read when the helpers are loaded.
process.env.MUSUBI_TEST_BINARY = join(target, "musubi");
const { freePort, startHub } = await import("../e2e/lib/hub.mjs");
const SECONDS = Number(process.env.SECONDS ?? 5);
const PEOPLE = Number(process.env.PEOPLE ?? 20_000);
const MIXED = Number(process.env.MIXED ?? 60);
const SESSIONS = 300;
const wanted = (part) => !process.env.ONLY || process.env.ONLY.split(",").includes(part);
const folder = mkdtempSync(join(tmpdir(), "musubi-load-"));
const rows = [];
const environment = { ...process.env, MUSUBI_LOG: "warn" };

function note(what, figures, goal = "", met = true) {
  rows.push([what, figures, goal, goal ? (met ? "ok" : "MISSED") : ""]);
  console.error(`  ${what}: ${figures}`);
}

const command = (arguments_, data) =>
  execFileSync(join(target, "musubi"), ["--data", data, ...arguments_], { env: environment, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

const script = (name, text) => { const path = join(folder, name); writeFileSync(path, text); return path; };

/** A script of wrk that sends a new thing each time; `body` is a format of Lua with a name and a number, twice each. */
const posting = (name, hub, path, body, { before = "", more = "" } = {}) => script(name, `
  local turn = 0
  local from = tostring({}):gsub("%W", "")
  request = function()
    turn = turn + 1
    ${before}
    local body = string.format('${body}', from, turn, from, turn)
    return wrk.format("POST", "${path}", { ["Content-Type"] = "application/json", Host = "localhost:${hub.port}"${more} }, body)
  end`);

/** One run of wrk: requests per second, answering times in milliseconds, answers that were no success. */
function wrk(hub, path, connections, { lua, seconds = SECONDS } = {}) {
  const flags = ["-t", "1", "-c", String(connections), "-d", `${seconds}s`, "--latency", "--timeout", "30s", "-H", `Host: localhost:${hub.port}`];
  if (lua) flags.push("-s", lua);
  const text = execFileSync("wrk", [...flags, `http://127.0.0.1:${hub.port}${path}`], { encoding: "utf8" });
  const time = (label) => {
    const [, value, unit] = new RegExp(`${label}\\s+([\\d.]+)(us|ms|s|m)\\b`).exec(text);
    return Number(value) * { us: 0.001, ms: 1, s: 1000, m: 60_000 }[unit];
  };
  return {
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(text)[1]),
    p50: time("50%"), p99: time("99%"),
    failed: Number(/Non-2xx or 3xx responses: (\d+)/.exec(text)?.[1] ?? 0),
  };
}
const told = (run) => `${run.perSecond.toFixed(0)}/s, p50 ${run.p50.toFixed(1)} ms, p99 ${run.p99.toFixed(1)} ms${run.failed ? `, ${run.failed} FAILED` : ""}`;

/** Three lines for one page; the goal is for 64 connections. */
function page(what, hub, path, { least, slowest } = {}) {
  for (const connections of [1, 8, 64]) {
    const run = wrk(hub, path, connections);
    const goal = connections === 64 && least ? `≥ ${least}/s${slowest ? `, p99 ≤ ${slowest} ms` : ""}` : "";
    note(`${what}, ${connections} connections`, told(run), goal, run.failed === 0 && run.perSecond >= (least ?? 0) && run.p99 <= (slowest ?? Infinity));
  }
}

const serve = (data) => freePort().then((port) => startHub({ port, data, sample: false }));
const memory = (hub) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${hub.pid}/status`, "utf8"))[1]) / 1024;

/** Processor seconds of the hub so far. */
const cpu = (hub) => {
  const fields = readFileSync(`/proc/${hub.pid}/stat`, "utf8").replace(/^.*\) /s, "").split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
};

/** A gathering that everybody may register for, with a programme of two days in ten rooms. */
async function gathering(hub, token) {
  const make = async (path, fields) => {
    const made = await ask(`/api/v1/${path}`, { method: "POST", json: { fields }, headers: { authorization: `Bearer ${token}` }, at: hub.base });
    if (made.status !== 201) throw new Error(`${path}: ${made.status} ${made.text.slice(0, 400)}`);
    return made.json().id;
  };
  const both = (text) => ({ ja: text, en: text });
  const id = await make("gatherings", {
    title: both("Load Forum"), kind: "forum", state: "draft", start: "2027-06-01T09:00", end: "2027-06-02T18:00", zone: "Asia/Tokyo", format: "on_site",
    registration: "open", capacity: 200000, waiting_list: "none",
  });
  const rooms = [];
  for (let room = 0; room < 10; room += 1) rooms.push(await make("gathering-rooms", { gathering: id, name: both(`Room ${room + 1}`), ordinal: room }));
  for (let at = 0; at < SESSIONS; at += 1) {
    const [day, hour] = [1 + Math.floor(at / 150), Math.floor((at % 150) / 10) / 2 + 9.5];
    const clock = (value) => `2027-06-0${day}T${String(Math.floor(value)).padStart(2, "0")}:${value % 1 ? "30" : "00"}`;
    await make("sessions", { gathering: id, title: both(`Session ${at + 1}: cells, tissues and what they need`), kind: "talk", start: clock(hour), end: clock(hour + 0.5), room: rooms[at % 10] });
  }
  const jar = await signedIn("director", hub.base);
  const published = await ask(`/en/gatherings/${id}/publish`, { method: "POST", form: { audience: "public" }, jar, at: hub.base });
  if (published.status !== 303) throw new Error(`publish: ${published.status} ${published.text.slice(0, 400)}`);
  return id;
}

async function pages({ hub, event }) {
  const weight = await ask(event, { at: hub.base });
  note("event page on the wire", `${(gzipSync(weight.text).length / 1024).toFixed(1)} KiB of HTML, compressed`, "≤ 40 KB", gzipSync(weight.text).length < 40_000);
  const large = await ask(`${event}/timetable`, { at: hub.base });
  note(`timetable of ${SESSIONS} sessions on the wire`, `${(gzipSync(large.text).length / 1024).toFixed(1)} KiB, compressed`, "≤ 30 KiB", gzipSync(large.text).length <= 30 * 1024);
  page("event page", hub, event, { least: 3000, slowest: 40 });
  page(`timetable of ${SESSIONS}`, hub, `${event}/timetable`, { least: 800 });
  page("directory with facets", hub, "/en/directory?type=organization&kind=company");
  page("search in Japanese", hub, `/ja/search?q=${encodeURIComponent("再生")}`, { least: 1000 });
  page("search in English", hub, "/en/search?q=cell+manufacturing", { least: 1000 });
}

const guest = '{"name":"Guest %s %d","email":"guest-%s-%d@example.com"}';

function registering({ hub, registrations }) {
  const lua = posting("register.lua", hub, registrations, guest);
  note("registrations, durable, 1 client", told(wrk(hub, "/", 1, { lua })));
  const [before, many] = [cpu(hub), wrk(hub, "/", 64, { lua })];
  const each = (1000 * (cpu(hub) - before)) / (many.perSecond * SECONDS);
  note("registrations, durable, 64 clients", `${told(many)}, ${each.toFixed(2)} ms CPU each`, "≥ 3000/s", many.failed === 0 && many.perSecond >= 3000);
}

function writing({ hub, token }) {
  const company = '{"fields":{"name":{"ja":"Load %s %d","en":"Load %s %d"},"kind":"company"}}';
  const lua = posting("write.lua", hub, "/api/v1/organizations", company, { more: `, Authorization = "Bearer ${token}"` });
  const [one, sixtyFour] = [wrk(hub, "/", 1, { lua }), wrk(hub, "/", 64, { lua })];
  note("new organizations, durable, 1 client", told(one));
  note("new organizations, durable, 64 clients", `${told(sixtyFour)} (${(sixtyFour.perSecond / one.perSecond).toFixed(1)} × one client)`, "≥ 5 ×", sixtyFour.perSecond >= 5 * one.perSecond);
}

async function storm({ hub, event }) {
  const dearest = spawn("wrk", ["-t", "1", "-c", "64", "-d", "10s", "-H", `Host: localhost:${hub.port}`, `http://127.0.0.1:${hub.port}/en/map`], { stdio: "ignore" });
  await new Promise((ended) => dearest.on("exit", ended));
  await sleep(1000);
  const asked = performance.now();
  await ask(event, { at: hub.base });
  const took = performance.now() - asked;
  note("event page, one second after ten seconds of 64 clients on the map", `${took.toFixed(1)} ms`, "≤ 100 ms", took <= 100);
}

function mixing({ hub, event, registrations }) {
  const pages = ["/ja/", event, "/en/directory?type=organization", "/ja/search?q=%E5%86%8D%E7%94%9F", "/en/organizations", `${event}/timetable`, "/ja/agreements", "/en/people", "/ja/gatherings"];
  const read = `local pages = { ${pages.map((path) => `"${path}"`).join(", ")} }
    if turn % 10 ~= 0 then return wrk.format("GET", pages[turn % #pages + 1]) end`;
  const lua = posting("mixed.lua", hub, registrations, guest.replaceAll("uest", "uest-of-mixed"), { before: read });
  const run = wrk(hub, "/", 64, { lua, seconds: MIXED });
  note(`mixed load, a tenth of it writes, 64 connections, ${MIXED} s`, told(run), "p99 ≤ 50 ms", run.failed === 0 && run.p99 <= 50);
}

async function main() {
  const data = join(folder, "large");
  mkdirSync(data);
  command(["sample", "--people", String(PEOPLE)], data);
  const token = command(["token", "add", "director@example.jp", "--label", "load", "--permissions", "edit_directory,edit_gatherings"], data).trim().split("\n").at(-1);
  const hub = await serve(data);
  try {
    const id = await gathering(hub, token);
    // Suggestions and map of a hub that has just started are made beside requests; they are no cost of a page.
    await sleep(20_000);
    const event = `/en/gatherings/${id}`;
    const began = memory(hub);
    const there = { hub, token, event, registrations: `/api/v1/gatherings/${id}/registrations` };
    if (wanted("pages")) await pages(there);
    if (wanted("registrations")) registering(there);
    if (wanted("writes")) writing(there);
    if (wanted("storm")) await storm(there);
    if (wanted("mixed")) mixing(there);
    note("resident memory, before and after all this", `${began.toFixed(0)} MB, ${memory(hub).toFixed(0)} MB`);
  } finally {
    await hub.stop();
  }
}

const before = loadavg()[0].toFixed(1);
try {
  await main();
  console.log(`\n${cpus().length} × ${cpus()[0]?.model ?? "?"}; load before ${before}; ${PEOPLE} people\n`);
  const heading = ["what", "measured", "goal", ""];
  console.log(`| ${heading.join(" | ")} |\n|---|---|---|---|`);
  for (const row of rows) console.log(`| ${row.join(" | ")} |`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = rows.some((row) => row[3] === "MISSED") ? 1 : 0;
