// Two processes over one PostgreSQL, with no sticky sessions: who signs in at one is known at the other, what one writes
// the other finds, a job runs once, and the death of one loses nothing that was acknowledged.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { command, freePort, makeDatabase, startHub } from "../lib/hub.mjs";
import { ask, engine, signedIn } from "../lib/web.mjs";

const skip = engine === "postgres" ? false : "several processes need PostgreSQL";
const WRITERS = 8;
const IMPORTS = 4;
// More than what is stored at once, without a job.
const ROWS = 520;
const folder = mkdtempSync(join(tmpdir(), "musubi-nodes-"));
let database, nodes = [], token = "";
const node = (number, port) => startHub({ port, data: join(folder, `node-${number}`), postgres: database.url, sample: number === 0 });
/** One value from the database itself. */
const value = (sql) => execFileSync("psql", ["-qtA", "-d", database.url, "-c", sql], { encoding: "utf8" }).trim();

/** Asks again until the answer is right; other nodes learn of a change within about a second. */
async function soon(what, question) {
  const end = Date.now() + 20_000;
  for (;;) {
    if (await question()) return;
    assert.ok(Date.now() < end, what);
    await sleep(100);
  }
}

before(async () => {
  if (skip) return;
  database = await makeDatabase();
  // The first one loads the sample; the second comes to a hub that is already there.
  nodes = [await node(0, await freePort())];
  nodes.push(await node(1, await freePort()));
  const settings = { data: join(folder, "command"), postgres: database.url };
  token = command(["token", "add", "director@example.jp", "--label", "nodes", "--permissions", "edit_directory,read_history"], settings).trim().split("\n").at(-1);
});
after(async () => {
  await Promise.all(nodes.map((hub) => hub.stop()));
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
});

const make = (hub, name) =>
  ask("/api/v1/organizations", { method: "POST", json: { fields: { name: { ja: name, en: name }, kind: "company" } }, headers: { authorization: `Bearer ${token}` }, at: hub.base });

test("a session of one node is known at the other, until it is ended at either", { skip }, async () => {
  const [first, second] = nodes;
  const jar = await signedIn("director", first.base);
  assert.equal((await ask("/en/desk", { jar, at: second.base })).status, 200);
  const stolen = new Map(jar);
  await ask("/sign-out", { method: "POST", jar, at: second.base });
  await soon("an ended session stays open at the other node", async () => (await ask("/en/desk", { jar: new Map(stolen), at: first.base })).status !== 200);
});

test("what one node writes, the other shows at once and finds within seconds", { skip }, async () => {
  const [first, second] = nodes;
  const name = "Kumiawase Twin Node Works";
  const made = await make(first, name);
  assert.equal(made.status, 201, made.text);
  const page = await ask(`/en/organizations/${made.json().id}`, { at: second.base });
  assert.ok(page.status === 200 && page.text.includes(name), "the page reads the database");
  await soon("the list of the other node", async () => (await ask("/en/organizations?q=Kumiawase", { at: second.base })).text.includes(name));
  await soon("the search of the other node", async () => (await ask("/en/search?q=Kumiawase+Twin", { at: second.base })).text.includes(made.json().id));
});

test("a job that either node could take runs once", { skip }, async () => {
  const jar = await signedIn("director", nodes[0].base);
  for (let turn = 0; turn < IMPORTS; turn += 1) {
    const at = nodes[turn % 2].base;
    const rows = Array.from({ length: ROWS }, (_, row) => `双子 ${turn}-${row}\tTwin import ${turn}-${row}\tcompany`);
    const pasted = new FormData();
    pasted.set("paste", ["name.ja\tname.en\tkind", ...rows].join("\n"));
    const encoded = new Response(pasted);
    const headers = { "content-type": encoded.headers.get("content-type") };
    const read = await ask("/en/organizations/import", { method: "POST", body: Buffer.from(await encoded.arrayBuffer()), headers, jar, at });
    assert.equal(read.status, 303, read.text.slice(0, 500));
    const form = { c0: "name.ja", c1: "name.en", c2: "kind", same_name: "separate", do: "run" };
    const sent = await ask(new URL(read.headers.location, at).pathname, { method: "POST", form, jar, at });
    assert.equal(sent.status, 303, sent.text.slice(0, 500));
  }
  await soon("imports come to their end", async () => value("SELECT count(*) FROM job WHERE state IN ('queued', 'running')") === "0");
  assert.equal(value("SELECT count(*) FROM job WHERE kind LIKE '%import%' AND state = 'done' AND attempts = 1"), String(IMPORTS));
  assert.equal(value("SELECT count(*) FROM organization WHERE CAST(name AS TEXT) LIKE '%Twin import%'"), String(IMPORTS * ROWS));
});

test("the death of one node under load loses nothing that was acknowledged", { skip }, async () => {
  const acknowledged = new Map();
  let writing = true;
  const writer = async (number) => {
    for (let turn = 0; writing; turn += 1) {
      const name = `Node ${number}-${turn}`;
      const hub = nodes[(number + turn) % nodes.length];
      // Half of the writers reach the node that dies: no answer is no promise, and they go on at the other one.
      const made = await make(hub, name).catch(() => null);
      if (made?.status === 201) acknowledged.set(made.json().id, name);
      else if (made) throw new Error(`a writer got ${made.status}: ${made.text.slice(0, 300)}`);
    }
  };
  const writers = Promise.all(Array.from({ length: WRITERS }, (_, number) => writer(number)));
  await sleep(1_500);
  await nodes[1].stop("SIGKILL");
  await sleep(1_500);
  writing = false;
  await writers;
  const [left] = nodes;
  assert.ok(acknowledged.size > WRITERS);
  const missing = [];
  for (const [id, name] of acknowledged) {
    const read = await ask(`/api/v1/organizations/${id}`, { headers: { authorization: `Bearer ${token}` }, at: left.base });
    if (read.status !== 200 || !read.text.includes(name)) missing.push(name);
  }
  assert.deepEqual(missing, [], `${missing.length} of ${acknowledged.size} acknowledged writes are gone`);
  command(["verify-log"], { data: join(folder, "command"), postgres: database.url });
  console.log(`  ${acknowledged.size} acknowledged writes, all there`);
});
