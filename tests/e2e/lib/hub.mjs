// The real program as a child process, and databases for it.
import { execFileSync, spawn } from "node:child_process";
import { createWriteStream, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

export const root = join(import.meta.dirname, "../../..");
export const binary = process.env.MUSUBI_TEST_BINARY ?? join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "debug/musubi");

/** A port that nobody listens on right now. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** The environment without MUSUBI_…, which the program would take for its configuration. */
function environment(postgres) {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("MUSUBI_")));
  if (postgres) clean.MUSUBI_POSTGRES = postgres;
  clean.MUSUBI_LOG = "info,tantivy=warn,sqlx=warn";
  return clean;
}

/** Runs a command of the program to its end and returns what it prints. */
export function command(arguments_, { data, config, postgres, env = {} } = {}) {
  const flags = [...(config ? ["--config", config] : []), ...(data ? ["--data", data] : [])];
  return execFileSync(binary, [...flags, ...arguments_], { env: { ...environment(postgres), ...env }, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** Starts `musubi serve` and waits until it answers; `under` is a command that runs it (`prlimit …`). */
export async function startHub({ port, data, config, postgres, log, env = {}, under = [], sample = true, patience = 120_000 }) {
  const flags = [...(config ? ["--config", config] : []), "--data", data, "serve", "--listen", `127.0.0.1:${port}`, "--base-url", `http://localhost:${port}/`];
  if (sample) flags.push("--sample");
  const [program, ...rest] = [...under, binary, ...flags];
  const child = spawn(program, rest, { env: { ...environment(postgres), ...env }, stdio: ["ignore", "ignore", "pipe"] });
  const lines = [];
  const file = log ? createWriteStream(log, { flags: "a" }) : null;
  child.stderr.on("data", (chunk) => {
    file?.write(chunk);
    lines.push(...chunk.toString().split("\n").filter(Boolean));
    if (lines.length > 5000) lines.splice(0, 1000);
  });
  let exited = null;
  child.on("exit", (code, signal) => { exited = signal ?? code; });
  const hub = {
    port, pid: child.pid, base: `http://localhost:${port}`,
    alive: () => exited === null,
    /** The exit code, or the name of the signal; null while it runs. */
    exit: () => exited,
    lastLines: () => lines.slice(-40).join("\n"),
    faults: () => lines.map((line) => line.replace(/\u001b\[[0-9;]*m/g, "")).filter((line) => / ERROR |panicked|panic:/.test(line)),
    async stop(signal = "SIGTERM") {
      if (exited === null) {
        child.kill(signal);
        await Promise.race([once(child, "exit"), sleep(15_000, null, { ref: false }).then(() => child.kill("SIGKILL"))]);
      }
      file?.end();
    },
  };
  const deadline = Date.now() + patience;
  for (;;) {
    if (exited !== null) throw new Error(`the hub ended (${exited}) while starting:\n${hub.lastLines()}`);
    if (Date.now() > deadline) { child.kill("SIGKILL"); throw new Error(`the hub did not answer in ${patience} ms:\n${hub.lastLines()}`); }
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/health`, { headers: {}, redirect: "manual" });
      if (answer.status < 500) return hub;
    } catch { /* not yet */ }
    await sleep(25);
  }
}

/** A database of its own on the server of MUSUBI_TEST_PG. */
export async function makeDatabase() {
  const admin = process.env.MUSUBI_TEST_PG;
  if (!admin) throw new Error("MUSUBI_TEST_PG is not set; start a server with tests/postgres.sh start");
  const name = `musubi_e2e_${randomBytes(6).toString("hex")}`;
  const psql = (sql) => execFileSync("psql", ["-q", "-v", "ON_ERROR_STOP=1", "-d", admin, "-c", sql], { stdio: ["ignore", "pipe", "pipe"] });
  psql(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'`);
  const url = new URL(admin);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => psql(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

/** Every mail that the sink has received, oldest first. */
export function mails(folder = process.env.MUSUBI_TEST_FOLDER) {
  try {
    return readFileSync(join(folder, "mails.jsonl"), "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));
  } catch { return []; }
}
