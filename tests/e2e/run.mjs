// Starts everything a hub needs around it (mail sink, OpenID provider, hub with the sample data), runs the test files
// against it one after the other, and stops it all again.
//
//   MUSUBI_TEST_ENGINE=sqlite|postgres   which database (PostgreSQL through MUSUBI_TEST_PG)
//   node run.mjs crawl journeys          only these files of tests/
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, makeDatabase, startHub } from "./lib/hub.mjs";
import { startMailSink } from "./lib/mail.mjs";
import { startProvider } from "./oidc-provider.mjs";

const here = import.meta.dirname;
const engine = process.env.MUSUBI_TEST_ENGINE ?? "sqlite";
const wanted = process.argv.slice(2);
const files = readdirSync(join(here, "tests"))
  .filter((name) => name.endsWith(".test.mjs") && (wanted.length === 0 || wanted.some((word) => name.includes(word))))
  .sort();

rmSync(join(here, "out", engine), { recursive: true, force: true });
const folder = mkdtempSync(join(tmpdir(), `musubi-e2e-${engine}-`));
const cleanups = [() => rmSync(folder, { recursive: true, force: true })];
let code = 1;
try {
  const port = await freePort();
  const base = `http://localhost:${port}`;
  const mail = await startMailSink(join(folder, "mails.jsonl"));
  cleanups.push(() => mail.close());
  const provider = await startProvider({ callback: `${base}/oidc/campus/callback` });
  cleanups.push(() => provider.close());
  const postgres = engine === "postgres" ? await makeDatabase() : null;
  if (postgres) cleanups.push(() => postgres.drop());
  const config = join(folder, "musubi.toml");
  writeFileSync(config, `
[mail]
smtp = "smtp://127.0.0.1:${mail.port}"
from = "Musubi <hub@example.jp>"

[[sign_in.oidc]]
key = "campus"
name = { ja = "学内アカウント", en = "Campus account" }
issuer = "${provider.issuer}"
client_id = "${provider.clientId}"
client_secret = "${provider.clientSecret}"
`);
  const hub = await startHub({ port, config, data: join(folder, "data"), postgres: postgres?.url, log: join(folder, "hub.log") });
  cleanups.push(() => hub.stop());
  code = await runTests(base);
  if (!hub.alive()) {
    console.error(`the hub has died; its last lines:\n${hub.lastLines()}`);
    code = 1;
  }
  // A panic or an internal error that no test looked at is still a fault.
  const faults = hub.faults();
  if (faults.length > 0) {
    console.error(`faults in the log of the hub:\n${faults.slice(0, 30).join("\n")}`);
    code = 1;
  }
} catch (error) {
  console.error(error);
} finally {
  for (const cleanup of cleanups.reverse()) await Promise.resolve(cleanup()).catch((error) => console.error(error));
}
process.exit(code);

function runTests(base) {
  const environment = { ...process.env, MUSUBI_TEST_BASE: base, MUSUBI_TEST_ENGINE: engine, MUSUBI_TEST_FOLDER: folder };
  const reporter = ["--test-reporter=spec", "--test-reporter-destination=stdout"];
  const flags = ["--test", "--test-concurrency=1", ...reporter, ...files.map((name) => join(here, "tests", name))];
  const child = spawn(process.execPath, flags, { stdio: ["ignore", "inherit", "inherit"], env: environment });
  return new Promise((resolve) => child.on("exit", (status) => resolve(status ?? 1)));
}
