// What happens to the process, its disk and its configuration, with the real program. The number before each test is
// its row in docs/faults.md.
import test, { after } from "node:test";
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { binary, command, freePort, startHub } from "../lib/hub.mjs";
import { connect, multipart, statuses } from "../lib/raw.mjs";
import { ask, links, signedIn } from "../lib/web.mjs";

const PASSWORD = "a phrase nobody should log";
const folder = mkdtempSync(join(tmpdir(), "musubi-faults-process-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const clean = () => Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("MUSUBI_")));

/** Runs the program until it ends by itself: `{ status, words }`. One that goes on serving is stopped and has no status. */
function run(arguments_, env = {}) {
  const { status, stderr } = spawnSync(binary, arguments_, { env: { ...clean(), ...env }, encoding: "utf8", timeout: 20_000, stdio: ["ignore", "ignore", "pipe"] });
  return { status, words: stderr };
}

/** A data folder with one account and a token for it. */
function prepare(name) {
  const data = join(folder, name);
  command(["user", "add", "writer@example.jp", "--name", "Writer", "--roles", "director"], { data, env: { MUSUBI_PASSWORD: PASSWORD } });
  const token = command(["token", "add", "writer@example.jp", "--label", "faults", "--permissions", "edit_directory"], { data }).trim().split("\n").at(-1);
  return { data, token };
}

const digest = (file) => createHash("sha256").update(readFileSync(file)).digest("hex");
const serving = async (data) => ["--data", data, "serve", "--listen", `127.0.0.1:${await freePort()}`];

// 4, 20
test("SIGTERM lets a slow upload finish, turns newcomers away and ends with 0, also when clients never finish", async () => {
  const { data, token } = prepare("term");
  const hub = await startHub({ port: await freePort(), data, sample: false });
  const stuck = await Promise.all(Array.from({ length: 20 }, () => connect(hub.base)));
  stuck.forEach((socket, number) => socket.write(["", "GET /en/ HT", `POST /en/sign-in HTTP/1.1\r\nHost: localhost:${hub.port}\r\nContent-Length: 50\r\n\r\na`][number % 3]));
  const bytes = Buffer.from(JSON.stringify({ fields: { name: { ja: "最後の一件" }, kind: "company" } }));
  const upload = await connect(hub.base);
  upload.write(`POST /api/v1/organizations HTTP/1.1\r\nHost: localhost:${hub.port}\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: ${bytes.length}\r\n\r\n`);
  upload.write(bytes.subarray(0, 10));
  await sleep(300);
  process.kill(hub.pid, "SIGTERM");
  let late = null;
  for (let turn = 0; turn < 40 && late?.status !== 503; turn += 1) {
    await sleep(50);
    late = await ask("/en/", { at: hub.base });
  }
  assert.equal(late.status, 503);
  assert.ok(Number(late.headers["retry-after"]) > 0);
  for (let at = 10; at < bytes.length; at += 10) {
    upload.write(bytes.subarray(at, at + 10));
    await sleep(100);
  }
  for (let turn = 0; turn < 600 && !upload.ended; turn += 1) await sleep(50);
  assert.deepEqual(statuses(upload.text), [201], upload.text.slice(0, 200));
  for (let turn = 0; turn < 1_200 && hub.alive(); turn += 1) await sleep(50);
  assert.equal(hub.exit(), 0, hub.lastLines());
  stuck.forEach((socket) => socket.destroy());
  const again = await startHub({ port: await freePort(), data, sample: false });
  assert.equal((await ask("/api/v1/organizations?limit=1", { at: again.base })).json().total, 1, "the acknowledged write is there");
  await again.stop();
});

// 25
test("a second program on one data folder is refused and told who is first", async () => {
  const { data } = prepare("twice");
  const hub = await startHub({ port: await freePort(), data, sample: false });
  const { status, words } = run(await serving(data));
  assert.equal(status, 1, words);
  assert.ok(words.includes(String(hub.pid)), words);
  assert.equal((await ask("/health", { at: hub.base })).status, 200);
  await hub.stop();
});

// 13
test("a database file that is empty, foreign, cut, changed or gone stops the start with words and stays as it is", async () => {
  const { data } = prepare("damaged");
  const file = join(data, "hub.db");
  const good = readFileSync(file);
  const flipped = Buffer.from(good);
  flipped.fill(0xa5, 8 * 4096, 9 * 4096);
  for (const [name, bytes] of Object.entries({
    empty: Buffer.alloc(0), zeros: Buffer.alloc(8192), text: Buffer.from("not a database"), zip: Buffer.from("PK\x03\x04 by mistake"),
    cut: good.subarray(0, Math.floor(good.length / 2)), flipped, gone: null,
  })) {
    const place = join(folder, `damaged-${name}`);
    cpSync(data, place, { recursive: true });
    if (bytes) writeFileSync(join(place, "hub.db"), bytes);
    else unlinkSync(join(place, "hub.db"));
    const { status, words } = run(await serving(place));
    assert.equal(status, 1, `${name}: ${words}`);
    assert.match(words, /restore|backup/i, `${name} says what to do: ${words}`);
    assert.doesNotMatch(words, /panicked/, name);
    if (bytes) assert.equal(digest(join(place, "hub.db")), createHash("sha256").update(bytes).digest("hex"), `${name} is left alone`);
    else assert.ok(!existsSync(join(place, "hub.db")), "no empty database takes its place");
  }
  assert.deepEqual(readFileSync(file), good);
});

// 112
test("a key, a variable or a value of the configuration that nobody knows stops the start and is named", async () => {
  const config = join(folder, "bad.toml");
  const attempt = async (text, env) => {
    writeFileSync(config, text);
    return run(["--config", config, ...(await serving(join(folder, "unused")))], env);
  };
  for (const [text, named] of [
    ['[server]\nlistne = "127.0.0.1:1"\n', "listne"], ["[servr]\n", "servr"], ['[server]\nlisten = "somewhere"\n', "listen"],
    ['[hub]\ntimezone = "Asia/Atlantis"\n[hub.name]\nja = "a"\nen = "a"\n', "timezone"], ["[server\n", "bad.toml"], ['[server]\nconnections = -1\n', "connections"],
  ]) {
    const { status, words } = await attempt(text);
    assert.equal(status, 1, `${text}: ${words}`);
    assert.ok(words.includes(named), `${text}: ${words}`);
  }
  const { status, words } = await attempt("", { MUSUBI_LISTNE: "127.0.0.1:1" });
  assert.ok(status === 1 && words.includes("MUSUBI_LISTNE"), words);
  assert.ok(!existsSync(join(folder, "unused")), "nothing was created");
});


/** A hub whose standard error goes somewhere bad; asked for what it would log. */
async function servesWith(stderr, spoil = () => {}) {
  const { data } = prepare(`log-${typeof stderr}-${Math.random().toString(36).slice(2)}`);
  const port = await freePort();
  const child = spawn(binary, ["--data", data, "serve", "--listen", `127.0.0.1:${port}`], { env: { ...clean(), MUSUBI_LOG: "debug" }, stdio: ["ignore", typeof stderr === "number" ? stderr : "pipe", stderr] });
  const at = `http://localhost:${port}`;
  try {
    for (let turn = 0; turn < 400; turn += 1) {
      if ((await ask("/health", { at }).catch(() => null))?.status === 200) break;
      await sleep(25);
    }
    spoil(child);
    for (let turn = 0; turn < 5; turn += 1) assert.equal((await ask("/en/", { at })).status, 200);
    await ask("/en/sign-in", { method: "POST", form: { email: "writer@example.jp", password: PASSWORD }, at });
    assert.equal((await ask("/ja/directory", { at })).status, 200);
    assert.equal(child.exitCode, null);
  } finally {
    child.kill("SIGTERM");
    if (child.exitCode === null) await once(child, "exit");
  }
  return child.exitCode;
}

// 24
test("a full log volume does not stop the service", async () => {
  assert.equal(await servesWith(openSync("/dev/full", "w")), 0);
});

// 24
test("a log that nobody reads any more does not stop the service", async () => {
  assert.equal(await servesWith("pipe", (child) => { child.stderr.destroy(); child.stdout.destroy(); }), 0);
});

// 91
test("the log holds no password, token, cookie, search word or line that a client made up", async () => {
  const { data, token } = prepare("log");
  const log = join(folder, "canary.log");
  const hub = await startHub({ port: await freePort(), data, sample: false, log });
  const jar = new Map();
  await ask("/en/sign-in", { method: "POST", form: { email: "writer@example.jp", password: PASSWORD }, jar, at: hub.base });
  await ask("/en/sign-in", { method: "POST", form: { email: "writer@example.jp", password: "canary-wrong-password" }, at: hub.base });
  await ask("/en/account", { jar, at: hub.base });
  await ask("/api/v1/organizations", { method: "POST", body: "{", headers: { authorization: `Bearer ${token}`, "content-type": "application/json" }, at: hub.base });
  await ask("/api/v1/organizations", { headers: { authorization: "Bearer mus_canarytoken" }, at: hub.base });
  await ask("/en/search?q=canaryword&token=canaryquery", { headers: { "user-agent": "canary\tagent", referer: "http://x/canaryreferer" }, at: hub.base });
  await ask("/en/recover/canarysecret", { at: hub.base });
  await ask("/en/x%0a2026-01-01T00:00:00Z%20ERROR%20canaryline", { at: hub.base });
  await hub.stop();
  const text = readFileSync(log, "utf8");
  assert.ok(text.length > 0, "something is logged");
  const session = [...jar.values()].filter((value) => value.length > 20);
  assert.ok(session.length > 0, "there was a session");
  for (const secret of [PASSWORD, token, token.slice(12), ...session]) assert.ok(!text.includes(secret), `the log holds ${secret}`);
  assert.doesNotMatch(text, /canary/);
});

// 53, 91
test("methods that a client makes up are counted as one", async () => {
  const { data } = prepare("methods");
  const port = await freePort();
  const config = join(folder, "metrics.toml");
  writeFileSync(config, `[server]\nmetrics = "127.0.0.1:${port}"\n`);
  const hub = await startHub({ port: await freePort(), data, config, sample: false });
  for (let number = 0; number < 30; number += 1) await ask("/health", { method: "FROB".concat("X".repeat(number)), at: hub.base }).catch(() => null);
  const { text } = await ask("/metrics", { at: `http://127.0.0.1:${port}` });
  await hub.stop();
  assert.ok(text.match(/^musubi_requests_total/gm).length < 10, text);
});

/** Every file under a folder. */
const filesIn = (place) => readdirSync(place, { recursive: true }).map((name) => join(place, name)).filter((name) => statSync(name).isFile());

// 28
test("an attachment whose file is gone is told in words, and the rest of its page is there", async () => {
  const jar = await signedIn("director");
  const [agreement] = links((await ask("/en/agreements")).text, /^\/en\/agreements\/[0-9a-f-]{36}$/);
  const mark = `gone ${Date.now()}`;
  const known = new Set(links((await ask(agreement, { jar })).text, /^\/files\//));
  const sent = await ask(`${agreement}/documents`, { method: "POST", jar, ...multipart({ "title.ja": mark, audience: "staff" }, { bytes: mark }) });
  assert.equal(sent.status, 303, sent.text);
  const file = links((await ask(agreement, { jar })).text, /^\/files\//).find((href) => !known.has(href));
  assert.equal((await ask(file, { jar })).text, mark);
  const stored = filesIn(join(process.env.MUSUBI_TEST_FOLDER, "data", "files")).filter((name) => readFileSync(name).includes(mark));
  assert.equal(stored.length, 1);
  unlinkSync(stored[0]);
  const gone = await ask(file, { jar });
  assert.ok(gone.status === 404 || gone.status === 410, `${gone.status}`);
  assert.match(gone.text, /<h1/);
  const page = await ask(agreement, { jar });
  assert.ok(page.status === 200 && page.text.includes(mark));
  // As doctor advises; other tests look at this hub too.
  writeFileSync(stored[0], mark);
  assert.equal((await ask(file, { jar })).text, mark);
});
