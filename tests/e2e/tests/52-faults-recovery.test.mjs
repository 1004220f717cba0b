// What is left when work is cut off in the middle, and whether a backup is a hub again, with the real program. The number
// before each test is its row in docs/faults.md.
import test, { after } from "node:test";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { binary, command, freePort, mails, startHub } from "../lib/hub.mjs";
import { startMailSink } from "../lib/mail.mjs";
import { ask, engine, links, signedIn } from "../lib/web.mjs";

const folder = mkdtempSync(join(tmpdir(), "musubi-faults-recovery-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const clean = () => Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("MUSUBI_")));

/** Runs the program and kills it after so many milliseconds: true when it was still at work. */
async function killed(arguments_, milliseconds, env = {}) {
  const child = spawn(binary, arguments_, { env: { ...clean(), ...env }, stdio: "ignore" });
  const ended = once(child, "exit");
  await Promise.race([sleep(milliseconds), ended]);
  const running = child.exitCode === null;
  if (running) child.kill("SIGKILL");
  await ended;
  return running;
}

/** How many milliseconds a command takes when nobody stops it. */
function timed(arguments_, settings) {
  const began = performance.now();
  command(arguments_, settings);
  return performance.now() - began;
}

// 5
test("migrations that are killed at any moment are finished by the next start", async () => {
  const whole = timed(["migrate"], { data: join(folder, "whole") });
  let cut = 0;
  for (let turn = 1; turn <= 5; turn += 1) {
    const data = join(folder, `migrate-${turn}`);
    cut += Number(await killed(["--data", data, "migrate"], (whole * turn) / 6));
    command(["migrate"], { data });
    command(["verify-log"], { data });
    command(["user", "add", "writer@example.jp", "--name", "Writer", "--roles", "director"], { data, env: { MUSUBI_PASSWORD: "a long enough phrase" } });
  }
  assert.ok(cut >= 2, `${cut} of 5 were cut off`);
});

const sample = { data: join(process.env.MUSUBI_TEST_FOLDER ?? "", "data") };

// 6
test("a backup that is killed leaves no file under its name, and the older one stays whole", { skip: engine === "sqlite" ? false : "the sample hub is in PostgreSQL" }, async () => {
  const old = join(folder, "old.zip");
  const whole = timed(["backup", old], sample);
  let cut = 0;
  for (let turn = 1; turn <= 3; turn += 1) {
    const target = join(folder, `cut-${turn}.zip`);
    const was = await killed(["--data", sample.data, "backup", target], (whole * turn) / 4);
    cut += Number(was);
    if (existsSync(target)) command(["restore", target], { data: join(folder, `from-cut-${turn}`) });
    else assert.ok(was, "a backup that was not killed has its name");
  }
  assert.ok(cut >= 1, `${cut} of 3 were cut off`);
  const restoring = timed(["restore", old], { data: join(folder, "from-old") });
  for (let turn = 1; turn <= 3; turn += 1) {
    const data = join(folder, `restore-${turn}`);
    if (!(await killed(["--data", data, "restore", old], (restoring * turn) / 4))) continue;
    // Either nothing counts yet, and the folder takes the backup again, or all of it is there.
    const begun = existsSync(join(data, "restore.partial"));
    if (begun) assert.throws(() => command(["verify-log"], { data }), "half a restore is not opened");
    if (begun || !existsSync(join(data, "hub.db"))) command(["restore", old], { data });
    command(["verify-log"], { data });
  }
});

// 8, 38
test("an import that is killed and sent again stores every row once", async () => {
  const data = join(folder, "import");
  const rows = 600;
  const sheet = join(folder, "many.csv");
  writeFileSync(sheet, `code,name.ja,kind\n${Array.from({ length: rows }, (_, number) => `k${number},組織${number},company\n`).join("")}`);
  command(["migrate"], { data });
  const whole = timed(["import", "organizations", sheet], { data: join(folder, "import-whole") });
  for (const part of [0.5, 0.7, 0.9]) await killed(["--data", data, "import", "organizations", sheet], whole * part);
  command(["import", "organizations", sheet], { data });
  command(["verify-log"], { data });
  const hub = await startHub({ port: await freePort(), data, sample: false });
  const list = (await ask("/api/v1/organizations?limit=1", { at: hub.base })).json();
  await hub.stop();
  assert.equal(list.total, rows);
});

// 9
test("a mail whose hub was killed before sending goes out after the restart, once", async () => {
  const data = join(folder, "mail");
  const env = { MUSUBI_PASSWORD: "a long enough phrase" };
  for (const name of ["one", "two", "three"]) command(["user", "add", `${name}@example.jp`, "--name", name, "--roles", "member"], { data, env });
  const silent = await startHub({ port: await freePort(), data, sample: false });
  for (const name of ["one", "two", "three"]) {
    const { status } = await ask("/en/recover", { method: "POST", form: { email: `${name}@example.jp` }, at: silent.base });
    assert.equal(status, 200);
  }
  // The answer does not wait for the account to be looked up; the row is there a moment later.
  await sleep(1_000);
  await silent.stop("SIGKILL");
  const sink = await startMailSink(join(folder, "mails.jsonl"));
  const config = join(folder, "mail.toml");
  writeFileSync(config, `[mail]\nsmtp = "smtp://127.0.0.1:${sink.port}"\nfrom = "Musubi <hub@example.jp>"\n`);
  for (let start = 0; start < 2; start += 1) {
    const hub = await startHub({ port: await freePort(), data, config, sample: false });
    for (let turn = 0; turn < 80 && mails(folder).length < 3; turn += 1) await sleep(100);
    await hub.stop();
  }
  await sink.close();
  assert.deepEqual(mails(folder).map((mail) => mail.to[0]).sort(), ["one@example.jp", "three@example.jp", "two@example.jp"]);
  assert.equal(new Set(mails(folder).map((mail) => mail.messageId)).size, 3);
});

// 26
test("a backup of the running hub becomes a hub with equal records, files and logins, and sends no mail", { skip: engine === "sqlite" ? false : "the sample hub is in PostgreSQL" }, async () => {
  const KINDS = ["organizations", "people", "units", "roles", "listings", "agreements", "clauses", "evidence", "gatherings", "rounds", "relations"];
  const facts = async (at, jar) => {
    const totals = {};
    for (const kind of KINDS) totals[kind] = (await ask(`/api/v1/${kind}?limit=1`, { jar, at })).json().total;
    return totals;
  };
  const jar = await signedIn("director");
  const [agreement] = links((await ask("/en/agreements")).text, /^\/en\/agreements\/[0-9a-f-]{36}$/);
  const before = await facts(undefined, jar);
  const page = (await ask(agreement)).text;
  const zip = join(folder, "drill.zip");
  command(["backup", zip], sample);
  const data = join(folder, "drill");
  command(["restore", zip], { data });
  const sink = await startMailSink(join(folder, "drill-mails.jsonl"));
  const config = join(folder, "drill.toml");
  writeFileSync(config, `[mail]\nsmtp = "smtp://127.0.0.1:${sink.port}"\nfrom = "Musubi <hub@example.jp>"\n`);
  const hub = await startHub({ port: await freePort(), data, config, sample: false });
  try {
    assert.deepEqual(await facts(hub.base, await signedIn("director", hub.base)), before);
    const again = (await ask(agreement, { at: hub.base })).text;
    const words = (text) => text.replace(/http:\/\/localhost:\d+/g, "");
    assert.equal(words(again), words(page));
    await sleep(2_500);
    command(["verify-log"], { data });
    command(["doctor"], { data });
  } finally {
    await hub.stop();
    await sink.close();
  }
  assert.equal(readFileSync(join(folder, "drill-mails.jsonl"), "utf8"), "");
});
