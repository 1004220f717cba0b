// What the program asks of the disk and what it does when the disk, or memory, says no; with the real program over SQLite
// and a library between it and the system (shim/sync.c). The number before each test is its row in docs/faults.md.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { binary, command, freePort, startHub } from "../lib/hub.mjs";
import { ask } from "../lib/web.mjs";

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
  token = command(["token", "add", "writer@example.jp", "--label", "faults", "--permissions", "edit_directory,read_history"], { data: first }).trim().split("\n").at(-1);
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
    run: (more = {}) => spawnSync(binary, ["--data", data, "serve", "--listen", "127.0.0.1:0"], { env: { PATH: process.env.PATH, ...env, ...more }, encoding: "utf8", timeout: 20_000 }),
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
const make = (at, name, more = {}) => ask("/api/v1/organizations", { method: "POST", json: { fields: { name: { ja: name }, kind: "company" } }, headers: { ...bearer(), ...more }, at });

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

/** Names of every organization of a hub, read a page at a time. */
async function names(at) {
  const found = [];
  for (let page = 1; ; page += 1) {
    const { status, text } = await ask(`/api/v1/organizations?limit=200&page=${page}`, { headers: bearer(), at });
    assert.equal(status, 200, text);
    const list = JSON.parse(text);
    found.push(...list.items.map((item) => item.fields.name.ja.text));
    if (found.length >= list.total || list.items.length === 0) return found;
  }
}

/** What a hub over a folder holds, after it was found to be sound. */
async function contents(data) {
  command(["verify-log"], { data });
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
    const before = syncs.length + hub.syncs(FILE).length;
    for (let turn = 0; turn < 3; turn += 1) {
      for (const path of ["/en/", "/ja/directory", "/en/organizations", "/en/search?q=a", "/api/v1/organizations", "/health", "/ready"]) {
        assert.equal((await ask(path, { at: base })).status, 200, path);
        if (hub.syncs(WAL).length + hub.syncs(FILE).length !== before) {console.log("A", path, hub.syncs(WAL).at(-1), process.hrtime.bigint());process.exit(3)}
        assert.equal((await ask(path, { jar: new Map(jar), at: base })).status, 200, path);
        if (hub.syncs(WAL).length + hub.syncs(FILE).length !== before) {console.log("B", path, hub.syncs(WAL).at(-1), process.hrtime.bigint());process.exit(3)}
      }
    }
    assert.equal(hub.syncs(WAL).length + hub.syncs(FILE).length, before, "reading synced the database");
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
      for (let turn = 0; turn < 15; turn += 1) {
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
test("a power cut under eight writers loses nothing that was acknowledged, at any of four moments", needsShim, async () => {
  const hub = watched("cut");
  const acknowledged = [];
  for (let cycle = 0; cycle < 4; cycle += 1) {
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
    const enough = acknowledged.length + 8 + cycle * 30;
    while (acknowledged.length < enough) {
      if (await Promise.race([sleep(5), writers])) break;
    }
    writing = false;
    await stop("SIGKILL");
    assert.equal(await writers, null);
    assert.deepEqual(lacking(await contents(hub.cut(`cut-${cycle}`)), acknowledged), []);
  }
});

// 2, 13; the end of a start is as bad a moment as any other.
test("killed while a start folds the log that a kill left, the next start finds everything", needsShim, async () => {
  const hub = watched("fold");
  const { base, stop } = await hub.start();
  assert.equal((await make(base, "先")).status, 201);
  await stop("SIGKILL");
  assert.equal(hub.run({ SYNC_STOP: WAL }).status, 137);
  const again = await hub.start();
  assert.deepEqual(await names(again.base), ["先"]);
  await again.stop();
});
