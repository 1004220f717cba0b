// A database server that drops its connections or stands still, with the real program. The number before each test is its row
// in docs/faults.md. Nothing here concerns SQLite.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { command, freePort, makeDatabase, startHub } from "../lib/hub.mjs";
import { ask, engine } from "../lib/web.mjs";

const folder = mkdtempSync(join(tmpdir(), "musubi-faults-postgres-"));
const here = engine === "postgres" ? {} : { skip: `the engine is ${engine}` };
let database, hub, headers;

before(async () => {
  if (engine !== "postgres") return;
  database = await makeDatabase();
  const settings = { data: join(folder, "data"), postgres: database.url };
  command(["user", "add", "writer@example.jp", "--name", "Writer", "--roles", "director"], { ...settings, env: { MUSUBI_PASSWORD: "a long enough phrase" } });
  const token = command(["token", "add", "writer@example.jp", "--label", "faults", "--permissions", "edit_directory"], settings).trim().split("\n").at(-1);
  headers = { authorization: `Bearer ${token}` };
  hub = await startHub({ port: await freePort(), ...settings, sample: false });
});
after(async () => {
  await hub?.stop();
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
});

const psql = (sql) => execFileSync("psql", ["-q", "-t", "-v", "ON_ERROR_STOP=1", "-d", database.url, "-c", sql], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
const write = (name) => ask("/api/v1/organizations", { method: "POST", json: { fields: { name: { ja: name }, kind: "company" } }, headers, at: hub.base });

// 17
test("connections that the database drops are opened again, and nothing acknowledged is lost", here, async () => {
  const kept = [];
  const odd = [];
  let writing = true;
  const writer = async (number) => {
    for (let turn = 0; writing; turn += 1) {
      const made = await write(`切断 ${number}-${turn}`);
      if (made.status === 201) kept.push(made.json().id);
      else if (made.status >= 500) odd.push(made.status);
      else throw new Error(`${made.status} ${made.text}`);
    }
  };
  const writers = Promise.all([0, 1, 2, 3].map(writer));
  for (let turn = 0; turn < 5; turn += 1) {
    await sleep(400);
    psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
  }
  await sleep(1_000);
  writing = false;
  await writers;
  assert.ok(kept.length > 20, `${kept.length} writes were acknowledged`);
  assert.equal((await write("あとで")).status, 201, "it heals by itself");
  const there = new Set(psql("SELECT id FROM organization").split("\n").map((line) => line.trim()));
  assert.deepEqual(kept.filter((id) => !there.has(id)), []);
  assert.deepEqual(odd.filter((status) => status !== 503), [], "whoever is not served is told to come back");
});

// 18
test("while a table is locked the hub is alive, other pages answer, and writes go on afterwards", here, async () => {
  const lock = spawn("psql", ["-q", "-d", database.url, "-c", "BEGIN; LOCK TABLE unit; SELECT pg_sleep(4); COMMIT;"], { stdio: "ignore" });
  const over = once(lock, "exit");
  await sleep(500);
  const waiting = Array.from({ length: 20 }, () => ask("/api/v1/units", { method: "POST", json: { fields: { name: { ja: "待つ" } } }, headers, at: hub.base }));
  for (const path of ["/health", "/en/about", "/en/"]) assert.equal((await ask(path, { at: hub.base })).status, 200, path);
  assert.equal(lock.exitCode, null, "the lock is still held");
  const statuses = (await Promise.all(waiting)).map((answer) => answer.status);
  assert.ok(statuses.every((status) => [201, 409, 422, 503].includes(status)), statuses.join(" "));
  await over;
  assert.equal((await write("錠のあと")).status, 201);
  assert.ok(hub.alive());
});
