// What the program asks of the disk and what it does when the disk, or memory, says no; with the real program over SQLite
// and a library between it and the system (shim/sync.c). The number before each test is its row in docs/faults.md.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { command, freePort, startHub } from "../lib/hub.mjs";
import { multipart } from "../lib/raw.mjs";
import { ask, links } from "../lib/web.mjs";

const PASSWORD = "a long enough phrase";
const folder = mkdtempSync(join(tmpdir(), "musubi-faults-disk-"));
const library = join(folder, "sync.so");
const compiled = process.platform === "linux" && spawnSync("cc", ["-shared", "-fPIC", "-O1", "-o", library, join(import.meta.dirname, "../shim/sync.c"), "-lpthread"], { encoding: "utf8" });
if (compiled && !compiled.error && compiled.status !== 0) throw new Error(`shim/sync.c does not compile:\n${compiled.stderr}`);
const needsShim = { skip: compiled && !compiled.error ? false : "needs Linux and a C compiler" };
const first = join(folder, "first");
let token = "";

// One folder is prepared and copied; its program ended by itself, so that all of it is on the disk.
before(() => {
  command(["user", "add", "writer@example.jp", "--name", "Writer", "--roles", "director"], { data: first, env: { MUSUBI_PASSWORD: PASSWORD } });
  token = command(["token", "add", "writer@example.jp", "--label", "faults", "--permissions", "edit_directory,edit_gatherings,edit_agreements"], { data: first }).trim().split("\n").at(-1);
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** Copies what a hub cannot do without; the index is made again. */
function copyHub(from, to, database = from) {
  mkdirSync(to);
  copyFileSync(join(from, "hub.toml"), join(to, "hub.toml"));
  for (const name of ["hub.db", "hub.db-wal"]) if (existsSync(join(database, name))) copyFileSync(join(database, name), join(to, name));
}

/** A data folder whose syncs are watched. */
function watched(name) {
  const data = join(folder, name), disk = join(folder, `${name}-disk`), log = join(folder, `${name}.syncs`), trigger = join(folder, `${name}.fail`);
  copyHub(first, data);
  mkdirSync(disk);
  copyFileSync(join(data, "hub.db"), join(disk, "hub.db"));
  const env = { LD_PRELOAD: library, SYNC_LOG: log, SYNC_FAIL: trigger, SYNC_DISK: disk };
  return {
    data,
    start: async (more = {}) => startHub({ port: await freePort(), data, sample: false, env: { ...env, ...more } }),
    /** Runs until it ends by itself. */
    fail: (end) => writeFileSync(trigger, end),
    mend: () => rmSync(trigger, { force: true }),
    /** Every sync of a file so far, as `{ began, ended, error }`. */
    syncs: (end) => (existsSync(log) ? readFileSync(log, "utf8") : "").split("\n").filter((line) => line.endsWith(end)).map((line) => {
      const [began, ended, error] = line.split(" ");
      return { began: BigInt(began), ended: BigInt(ended), error: Number(error) };
    }),
    /** The folder as it is when the power comes back: of the database what had been synced, and nothing else. */
    cut(as) {
      copyHub(data, join(folder, as), disk);
      return join(folder, as);
    },
  };
}

const WAL = "/hub.db-wal", FILE = "/hub.db";
const bearer = () => ({ authorization: `Bearer ${token}` });
const make = (at, name, more = {}, fields = {}) => ask("/api/v1/organizations", { method: "POST", json: { fields: { name: { ja: name }, kind: "company", ...fields } }, headers: { ...bearer(), ...more }, at });

/** `{ answer, sent, got }` with the times before and after. */
async function timed(work) {
  const sent = process.hrtime.bigint();
  const answer = await work();
  return { answer, sent, got: process.hrtime.bigint() };
}

const within = (syncs, { sent, got }) => syncs.filter(({ began, ended, error }) => error === 0 && began > sent && ended < got).length;

async function signIn(at) {
  const jar = new Map();
  const { status } = await ask("/en/sign-in", { method: "POST", form: { email: "writer@example.jp", password: PASSWORD }, jar, at });
  assert.equal(status, 303);
  return jar;
}

/** A signed agreement, for documents. */
async function agreement(at) {
  const made = await ask("/api/v1/agreements", { method: "POST", json: { fields: { title: { ja: "覚書" }, type: "mou", state: "signed" } }, headers: bearer(), at });
  assert.equal(made.status, 201, made.text);
  return made.json();
}

/** Names of every organization of a hub, read a page at a time. */
async function names(at) {
  const found = [];
  for (let next = "/api/v1/organizations?limit=200"; next; ) {
    const { status, text } = await ask(next, { headers: bearer(), at });
    assert.equal(status, 200, text);
    const list = JSON.parse(text);
    found.push(...list.items.map((item) => item.fields.name.ja.text));
    next = list.next;
  }
  return found;
}

/** What a hub over a folder holds, after it was found to be sound. */
async function contents(data) {
  const hub = await startHub({ port: await freePort(), data, sample: false });
  try {
    return await names(hub.base);
  } finally {
    await hub.stop();
    command(["doctor"], { data });
    command(["verify-log"], { data });
  }
}

const lacking = (found, acknowledged) => acknowledged.filter((name) => found.filter((one) => one === name).length !== 1);

// 2
test("between request and answer of a write the log of the database is synced, and reading syncs nothing", needsShim, async () => {
  const hub = watched("one");
  const { base, stop } = await hub.start();
  try {
    const jar = await signIn(base);
    const acknowledged = [];
    for (let number = 0; number < 6; number += 1) {
      const api = await timed(() => make(base, `口 ${number}`));
      assert.equal(api.answer.status, 201, api.answer.text);
      const form = await timed(() => ask("/en/organizations", { method: "POST", form: { "name.ja": `紙 ${number}`, kind: "company", audience: "public" }, jar, at: base }));
      assert.equal(form.answer.status, 303, form.answer.text);
      const { id, version } = api.answer.json();
      const edited = await timed(() => ask(`/api/v1/organizations/${id}`, { method: "PATCH", json: { fields: { name: { ja: `口 ${number} 改` } } }, headers: { ...bearer(), "if-match": `"${version}"` }, at: base }));
      assert.equal(edited.answer.status, 200, edited.answer.text);
      acknowledged.push(api, form, edited);
    }
    const syncs = hub.syncs(WAL);
    for (const one of acknowledged) assert.ok(within(syncs, one) >= 1, "a write was acknowledged without a sync of its log");
    const count = () => hub.syncs(WAL).length + hub.syncs(FILE).length;
    // Scheduled jobs may write meanwhile; what reading itself did would be there every time.
    let synced = 1;
    for (let turn = 0; turn < 20 && synced > 0; turn += 1) {
      const before = count();
      for (const path of ["/en/", "/ja/directory", "/en/organizations", "/en/search?q=a", "/api/v1/organizations", "/health", "/ready"]) {
        assert.equal((await ask(path, { at: base })).status, 200, path);
        assert.equal((await ask(path, { jar: new Map(jar), at: base })).status, 200, path);
      }
      await sleep(100);
      synced = count() - before;
    }
    assert.equal(synced, 0, "reading syncs the database");
  } finally {
    await stop();
  }
});

// 2; every sync takes ten milliseconds, so that writers meet whatever the disk is.
test("of sixteen writers at once every acknowledged write is on a disk that loses all that was not synced", needsShim, async () => {
  const hub = watched("many");
  const { base, stop } = await hub.start({ SYNC_SLOW: "10" });
  const acknowledged = [];
  try {
    assert.equal((await make(base, "前")).status, 201);
    const before = hub.syncs(WAL).length;
    await Promise.all(Array.from({ length: 16 }, async (_, writer) => {
      for (let turn = 0; turn < 6; turn += 1) {
        const name = `並 ${writer}-${turn}`;
        const one = await timed(() => make(base, name));
        assert.equal(one.answer.status, 201, one.answer.text);
        acknowledged.push({ ...one, name });
      }
    }));
    const syncs = hub.syncs(WAL).slice(before);
    assert.equal(acknowledged.filter((one) => within(syncs, one) === 0).length, 0, "every answer waited for a sync of its own time");
    assert.ok(syncs.length < acknowledged.length, `${syncs.length} syncs for ${acknowledged.length} writes`);
  } finally {
    await stop("SIGKILL");
  }
  assert.deepEqual(lacking(await contents(hub.cut("many-cut")), ["前", ...acknowledged.map(({ name }) => name)]), []);
});

// 2; the power goes at any moment, also while others are being written.
test("a power cut under eight writers loses nothing that was acknowledged, at any of three moments", needsShim, async () => {
  const hub = watched("cut");
  const acknowledged = [];
  for (let cycle = 0; cycle < 3; cycle += 1) {
    const { base, stop } = await hub.start();
    let writing = true;
    const writers = Promise.all(Array.from({ length: 8 }, async (_, writer) => {
      for (let turn = 0; writing; turn += 1) {
        const name = `断 ${cycle}-${writer}-${turn}`;
        const answer = await make(base, name).catch((error) => { if (writing) throw error; return null; });
        if (answer && answer.status !== 201 && writing) throw new Error(answer.text);
        if (answer?.status === 201) acknowledged.push(name);
      }
    })).then(() => null, (error) => error);
    const enough = acknowledged.length + 8 + cycle * 15;
    while (acknowledged.length < enough) {
      if (await Promise.race([sleep(5), writers])) break;
    }
    writing = false;
    await stop("SIGKILL");
    assert.equal(await writers, null);
    assert.deepEqual(lacking(await contents(hub.cut(`cut-${cycle}`)), acknowledged), []);
  }
});

// 2, 13; the moment in which the log goes is as bad as any other.
test("killed in the moment in which it takes its log away, the next start finds everything", needsShim, async () => {
  const hub = watched("fold");
  for (const [after, before] of [["SIGKILL", "SIGTERM"], ["SIGTERM", "SIGTERM"], ["SIGKILL", "SIGKILL"]]) {
    const { base, stop } = await hub.start();
    assert.equal((await make(base, `${after} ${before}`)).status, 201);
    await stop(after);
    const cut = await hub.start({ SYNC_STOP: WAL });
    assert.equal((await make(cut.base, `${before} ${after}`)).status, 201);
    await cut.stop(before);
    if (before === "SIGTERM") assert.equal(cut.exit(), 137, "it was killed while it ended");
  }
  const again = await hub.start();
  assert.equal((await names(again.base)).length, 6);
  await again.stop();
});

/** Looks at a refusal: an error of the server, in the reader's language, and nothing of the inside. */
function refused({ status, headers, text }, lang) {
  assert.ok(status >= 500 && status < 600, `${status} ${text.slice(0, 300)}`);
  let words;
  if (headers["content-type"].includes("json")) {
    const { title, detail } = JSON.parse(text);
    words = [title, detail];
  } else {
    assert.ok(text.includes(`<html lang="${lang}"`), text.slice(0, 100));
    words = [/<h1[^>]*>([\s\S]*?)<\/h1>/.exec(text)?.[1]];
  }
  for (const one of words) assert.ok(one && /[ぁ-ん]/.test(one) === (lang === "ja"), `${lang}: ${one}`);
  assert.doesNotMatch(text, /disk I\/O error|sqlite|hub\.db|fsync/i);
}

// 12; stopped as told or killed, while the disk is ill or when it is well again.
for (const [end, signal, ill] of [
  ["killed", "SIGKILL", false],
  ["stopped on an ill disk", "SIGTERM", true],
  ["stopped on a disk that is well again", "SIGTERM", false],
]) {
  test(`a write whose sync fails is refused with words, none is trusted before a restart, and what was acknowledged is there (${end})`, needsShim, async () => {
    const hub = watched(`eio-${end.replaceAll(" ", "-")}`);
    const acknowledged = [];
    const { base, stop, exit } = await hub.start();
    try {
      const jar = await signIn(base);
      const form = (lang, name) => ask(`/${lang}/organizations`, { method: "POST", form: { "name.ja": name, kind: "company", audience: "public" }, jar: new Map(jar), at: base });
      for (let number = 0; number < 5; number += 1) {
        assert.equal((await make(base, `前 ${number}`)).status, 201);
        acknowledged.push(`前 ${number}`);
      }
      hub.fail(WAL);
      // Many at once, so that some share the commit that fails.
      for (const answer of await Promise.all(Array.from({ length: 8 }, (_, number) => make(base, `共 ${number}`, { "accept-language": "ja" })))) refused(answer, "ja");
      refused(await make(base, "失 1", { "accept-language": "en" }), "en");
      refused(await form("en", "失 2"), "en");
      refused(await form("ja", "失 3"), "ja");
      assert.ok(hub.syncs(WAL).some(({ error }) => error !== 0), "a sync failed");
      const read = async () => {
        assert.equal((await ask("/health", { at: base })).status, 200);
        for (const path of ["/en/", "/ja/organizations", "/en/search?q=a"]) assert.equal((await ask(path, { jar: new Map(jar), at: base })).status, 200, path);
        assert.deepEqual((await names(base)).sort(), acknowledged, "readers see what was acknowledged, and nothing else");
      };
      await read();
      hub.mend();
      // The disk is well again, but nobody knows what it lost.
      refused(await make(base, "失 4", { "accept-language": "en" }), "en");
      refused(await form("ja", "失 5"), "ja");
      await read();
      if (ill) hub.fail(WAL);
    } finally {
      await stop(signal);
      hub.mend();
    }
    if (signal === "SIGTERM") assert.ok(Number.isInteger(exit()), `it ends by itself, not by ${exit()}`);
    const again = await hub.start();
    try {
      const found = await names(again.base);
      assert.deepEqual(lacking(found, acknowledged), []);
      assert.equal(new Set(found).size, found.length, "nothing is there twice");
      // Whether a write that was cut off counts is open, but it is whole.
      for (const name of found) assert.match(name, /^(前|共|失) \d$/);
      for (let number = 0; number < 20; number += 1) {
        assert.equal((await make(again.base, `後 ${number}`)).status, 201);
        acknowledged.push(`後 ${number}`);
      }
    } finally {
      await again.stop("SIGKILL");
    }
    // What the failed sync lost must not stand between the file and what came later.
    assert.deepEqual(lacking(await contents(hub.cut(`eio-cut-${end.replaceAll(" ", "-")}`)), acknowledged), [], "after a power cut");
    assert.deepEqual(lacking(await contents(hub.data), acknowledged), []);
  });
}

// 12; the log is folded into the file behind the back of whoever writes.
test("a file whose syncs fail while the log is folded loses nothing, neither then nor when it is well again", needsShim, async () => {
  const hub = watched("fold-eio");
  const acknowledged = [];
  const { base, stop } = await hub.start();
  // As many bytes as a field takes, and no words that would have to be looked for.
  const long = { about: { ja: "🪢".repeat(8_000) } };
  const writeUntil = async (done) => {
    for (let turn = 0; turn < 200 && !done(); turn += 1) {
      const name = `畳 ${acknowledged.length}`;
      const { status, text } = await make(base, name, {}, long);
      assert.equal(status, 201, text);
      acknowledged.push(name);
    }
    assert.ok(done(), "the log was folded");
  };
  const folded = (failed) => hub.syncs(FILE).filter(({ error }) => (error !== 0) === failed).length;
  try {
    hub.fail(FILE);
    await writeUntil(() => folded(true) > 0);
    assert.deepEqual(lacking(await contents(hub.cut("fold-eio-ill")), acknowledged), [], "a power cut while the file is ill");
    hub.mend();
    await writeUntil(() => folded(false) > 0);
    // Now the log is written from its beginning again: what was in it is needed from the file.
    await writeUntil(() => folded(false) > 1);
  } finally {
    await stop("SIGKILL");
  }
  assert.deepEqual(lacking(await contents(hub.cut("fold-eio-well")), acknowledged), [], "a power cut when it is well");
});

// 12
test("a document whose sync fails is refused with words, and sent again it is kept", needsShim, async () => {
  const hub = watched("file-eio");
  const { base, stop } = await hub.start();
  try {
    const jar = await signIn(base);
    const { id } = await agreement(base);
    const send = (lang) => ask(`/${lang}/agreements/${id}/documents`, { method: "POST", jar: new Map(jar), at: base, ...multipart({ "title.ja": "控え", audience: "staff" }, { bytes: "the same bytes" }) });
    const files = async () => links((await ask(`/en/agreements/${id}`, { jar: new Map(jar), at: base })).text, /^\/files\//);
    hub.fail("/files/");
    refused(await send("en"), "en");
    refused(await send("ja"), "ja");
    assert.deepEqual(await files(), []);
    assert.equal((await make(base, "別")).status, 201, "records are not concerned");
    hub.mend();
    assert.equal((await send("en")).status, 303);
    const [file] = await files();
    assert.equal((await ask(file, { jar: new Map(jar), at: base })).text, "the same bytes");
  } finally {
    await stop();
  }
  command(["doctor"], { data: hub.data });
});

// 12, 117
test("a hub that takes no writes any more is alive and not ready", needsShim, async () => {
  const hub = watched("ready");
  const { base, stop } = await hub.start();
  try {
    assert.equal((await ask("/ready", { at: base })).status, 200);
    hub.fail(WAL);
    refused(await make(base, "失", { "accept-language": "en" }), "en");
    assert.equal((await ask("/health", { at: base })).status, 200);
    assert.equal((await ask("/ready", { at: base })).status, 503);
  } finally {
    await stop();
  }
});

const limited = { skip: process.platform === "linux" && spawnSync("prlimit", ["--data=1000000000", "true"]).status === 0 ? false : "no limit can be set here (prlimit)" };

/** A sheet of so many bytes, with rows as long as people fill them in. */
function sheet(bytes, mark) {
  const about = "研究の内容と、いま探している相手について。".repeat(25);
  const rows = ["code,name.ja,kind,about.ja\n"];
  for (let size = 0; size < bytes; size += Buffer.byteLength(rows.at(-1))) rows.push(`${mark}-${rows.length},組織 ${rows.length},company,${about}\n`);
  return Buffer.from(rows.join(""));
}

/** Work that takes memory: sheets of 20 MB, lists, and a document close to the limit of 64 MiB. Gives what was answered;
 * null for a connection that ended without an answer. */
async function heavy(base, jar, id, sheets) {
  const one = (path, options) => ask(path, { jar: new Map(jar), at: base, ...options }).then(({ status }) => status, () => null);
  const upload = (path, fields, name, bytes) => one(path, { method: "POST", ...multipart(fields, { name, bytes }) });
  return Promise.all([
    ...Array.from({ length: sheets }, (_, number) => upload("/en/organizations/import", {}, "many.csv", sheet(20_000_000, `s${number}`))),
    upload(`/en/agreements/${id}/documents`, { "title.ja": "控え", audience: "staff" }, "long.txt", Buffer.alloc(60 * 2 ** 20, "text ")),
    ...Array.from({ length: 16 }, (_, number) => one(["/en/directory", "/ja/organizations", "/en/search?q=a", "/en/map"][number % 4])),
  ]);
}

// 23
test("under a limit of memory that the work fits into, heavy work is done", limited, async () => {
  const data = join(folder, "roomy");
  copyHub(first, data);
  const { base, stop, alive } = await startHub({ port: await freePort(), data, sample: false, under: ["prlimit", "--data=800000000"] });
  try {
    const jar = await signIn(base);
    const { id } = await agreement(base);
    assert.deepEqual((await heavy(base, jar, id, 1)).filter((status) => status !== 200 && status !== 303), []);
    assert.ok(alive());
  } finally {
    await stop();
  }
});

// 23; without room the allocator gives nothing, and the program may end: as if it were killed, so that nothing is half done.
test("under a limit of memory that the work does not fit into, it is refused or the program ends, and nothing acknowledged is lost", limited, async () => {
  const data = join(folder, "tight");
  copyHub(first, data);
  const { base, stop, exit } = await startHub({ port: await freePort(), data, sample: false, under: ["prlimit", "--data=260000000"], env: { RUST_BACKTRACE: "0" } });
  const acknowledged = [];
  let writing = true;
  try {
    const jar = await signIn(base);
    const { id } = await agreement(base);
    const writers = Promise.all(Array.from({ length: 4 }, async (_, writer) => {
      for (let turn = 0; writing && exit() === null; turn += 1) {
        const name = `狭 ${writer}-${turn}`;
        const answer = await make(base, name).catch(() => null);
        if (answer?.status === 201) acknowledged.push(name);
        else if (answer) assert.ok(answer.status >= 500, `${answer.status} ${answer.text.slice(0, 300)}`);
        else await sleep(20);
      }
    }));
    while (acknowledged.length < 20) await sleep(10);
    const answers = await heavy(base, jar, id, 4);
    writing = false;
    await writers;
    for (const status of answers) assert.ok(status === null || [200, 303, 413].includes(status) || status >= 500, `${status}`);
    assert.ok(exit() !== null || answers.some((status) => status === null || status >= 400), "the limit was felt");
    assert.notEqual(exit(), 0, "an end for want of memory is no success");
  } finally {
    writing = false;
    await stop("SIGKILL");
  }
  assert.deepEqual(lacking(await contents(data), acknowledged), []);
});

/** Events of a calendar in their order, after its form was looked at. */
function events(text) {
  const lines = text.split("\r\n");
  assert.equal(lines.pop(), "", "the last line ends too");
  for (const line of lines) assert.ok(Buffer.byteLength(line) <= 75 && !/[\r\n\ufffd]/.test(line), line);
  const open = [], found = [];
  for (const line of text.replaceAll("\r\n ", "").split("\r\n")) {
    const [, name, value] = /^([A-Z-]+)[^:]*:(.*)$/.exec(line) ?? [];
    if (name === "BEGIN") open.push(value);
    else if (name === "END") assert.equal(open.pop(), value);
    if (name === "BEGIN" && value === "VEVENT") found.push({});
    else if (open.at(-1) === "VEVENT" && name && name !== "END") found.at(-1)[name] = value;
  }
  assert.deepEqual(open, [], "what begins ends");
  assert.ok(text.startsWith("BEGIN:VCALENDAR\r\n"));
  assert.equal(new Set(found.map(({ UID }) => UID)).size, found.length, "every event once");
  return found;
}

/** A hub with gatherings of a sheet, a row each: `[title, state, audience, day]`. */
async function withGatherings(name, rows) {
  const data = join(folder, name), file = join(folder, `${name}.csv`);
  copyHub(first, data);
  const two = (number) => String(number).padStart(2, "0");
  const lines = rows.map(([title, state, audience, day], number) => {
    const date = `${2031 + Math.floor(day / 336)}-${two(1 + (Math.floor(day / 28) % 12))}-${two(1 + (day % 28))}`;
    return `g${number},${title},seminar,${state},${date}T10:00,${date}T11:30,on_site,open,${audience}\n`;
  });
  writeFileSync(file, `code,title.ja,kind,state,start,end,format,registration,audience\n${lines.join("")}`);
  command(["import", "gatherings", file], { data });
  return startHub({ port: await freePort(), data, sample: false });
}

// 45
test("a calendar of five hundred and more gatherings holds the next five hundred and stays well-formed", async () => {
  const long = "再生医療と𠮷野川流域の産業化をめぐる連続セミナー; 講演と討論 ".repeat(3);
  // Not in the order of their days.
  const hub = await withGatherings("series", Array.from({ length: 620 }, (_, number) => [`${long}${(number * 7) % 620}`, "published", "public", (number * 7) % 620]));
  try {
    for (const lang of ["ja", "en"]) {
      const { status, text } = await ask(`/files/meet/calendar.ics?lang=${lang}`, { at: hub.base });
      assert.equal(status, 200);
      const days = events(text).map(({ SUMMARY }) => Number(SUMMARY.split(" ").at(-1)));
      assert.deepEqual(days, Array.from({ length: 500 }, (_, day) => day));
    }
  } finally {
    await hub.stop();
  }
});

// 45
test("gatherings that a reader may not see take no place in the calendar", async () => {
  const hub = await withGatherings("hidden", [...Array.from({ length: 500 }, (_, day) => [`内 ${day}`, "draft", "staff", day]), ["外", "published", "public", 600]]);
  try {
    const { text } = await ask("/files/meet/calendar.ics?lang=ja", { at: hub.base });
    assert.deepEqual(events(text).map(({ SUMMARY }) => SUMMARY), ["外"]);
  } finally {
    await hub.stop();
  }
});

// 45; nobody's own calendar of a round is longer than its slots.
test("a round of more slots than a calendar is made for is refused with words", async () => {
  const data = join(folder, "round");
  copyHub(first, data);
  const hub = await startHub({ port: await freePort(), data, sample: false });
  try {
    const jar = await signIn(hub.base);
    const round = (until) => ask("/en/rounds", { method: "POST", jar: new Map(jar), at: hub.base, form: { "name.ja": "回", "name.en": "Round", kind: "discussion", days: `2031-03-01 00:00-${until}`, slot_minutes: "10", rooms: "own", audience: "staff" } });
    assert.equal((await round("21:20")).status, 303);
    const { status, text } = await round("21:30");
    assert.equal(status, 422);
    assert.match(text, /129 slots. At most 128/);
  } finally {
    await hub.stop();
  }
});
