// Kills the program in the middle of writing, again and again. Whatever it had acknowledged must be there afterwards,
// the change feed must be whole, and the rest must work as before.
import test from "node:test";
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { command, freePort, makeDatabase, startHub } from "../lib/hub.mjs";
import { ask, engine } from "../lib/web.mjs";

// The nightly measure is 50 cycles under 16 writers: MUSUBI_KILL_CYCLES=50 MUSUBI_KILL_WRITERS=16.
const WRITERS = Number(process.env.MUSUBI_KILL_WRITERS ?? 8);
const CYCLES = Number(process.env.MUSUBI_KILL_CYCLES ?? 5);
const folder = mkdtempSync(join(tmpdir(), "musubi-kill-"));
const data = join(folder, "data");
let database = null, token = "", port = 0;

before(async () => {
  database = engine === "postgres" ? await makeDatabase() : null;
  const settings = { data, postgres: database?.url };
  command(["user", "add", "writer@example.jp", "--name", "Writer", "--roles", "director"], { ...settings, env: { MUSUBI_PASSWORD: "a long enough phrase" } });
  token = command(["token", "add", "writer@example.jp", "--label", "kill", "--permissions", "edit_directory,read_history"], settings).trim().split("\n").at(-1);
  port = await freePort();
});
after(async () => {
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
});

test(`${CYCLES} kills under ${WRITERS} writers lose nothing that was acknowledged`, async () => {
  const acknowledged = new Map();
  for (let cycle = 0; cycle < CYCLES; cycle += 1) {
    const hub = await startHub({ port, data, postgres: database?.url, sample: false });
    const headers = { authorization: `Bearer ${token}` };
    let writing = true;
    const writer = async (number) => {
      for (let turn = 0; writing; turn += 1) {
        const name = `Kill ${cycle}-${number}-${turn}`;
        const body = { fields: { name: { ja: `試験 ${cycle}-${number}-${turn}`, en: name }, kind: "company" } };
        try {
          const made = await ask("/api/v1/organizations", { method: "POST", json: body, headers, at: hub.base });
          if (made.status !== 201) throw new Error(`writer got ${made.status}: ${made.text.slice(0, 500)}`);
          acknowledged.set(made.json().id, name);
        } catch (error) {
          if (writing) throw error;
          return;
        }
      }
    };
    const writers = Array.from({ length: WRITERS }, (_, number) => writer(number));
    const guarded = Promise.all(writers).then(() => null, (error) => error);
    // Not the same moment each time: early, while others wait; later, while many share a commit.
    await Promise.race([sleep(400 + (cycle % 5) * 350), guarded]);
    writing = false;
    await hub.stop("SIGKILL");
    assert.equal(await guarded, null);
  }
  assert.ok(acknowledged.size >= CYCLES * WRITERS, `only ${acknowledged.size} writes were acknowledged`);
  const hub = await startHub({ port, data, postgres: database?.url, sample: false });
  try {
    const headers = { authorization: `Bearer ${token}` };
    const missing = [];
    for (const [id, name] of acknowledged) {
      const read = await ask(`/api/v1/organizations/${id}`, { headers, at: hub.base });
      if (read.status !== 200 || !read.text.includes(name)) missing.push(`${name}: ${read.status}`);
    }
    assert.deepEqual(missing, [], `${missing.length} of ${acknowledged.size} acknowledged writes are gone`);
    const found = await ask(`/en/search?q=${encodeURIComponent([...acknowledged.values()].at(-1))}`, { headers, at: hub.base });
    assert.equal(found.status, 200);
  } finally {
    await hub.stop();
  }
  const settings = { data, postgres: database?.url };
  command(["verify-log"], settings);
  command(["doctor"], settings);
  console.log(`  ${acknowledged.size} acknowledged writes, all there`);
});
