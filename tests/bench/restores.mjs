// Backup and restore again and again: a hub is served and changed, backed up while it runs, and the backup restored
// into an empty folder; both export the same records, and the chain of the feed is whole.
//
//   node tests/bench/restores.mjs target/release     TIMES=100
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";

process.env.MUSUBI_TEST_BINARY = join(resolve(process.argv[2] ?? "target/release"), "musubi");
const { command, freePort, startHub } = await import("../e2e/lib/hub.mjs");
const { ask } = await import("../e2e/lib/web.mjs");
const TIMES = Number(process.env.TIMES ?? 100);
const folder = mkdtempSync(join(tmpdir(), "musubi-restores-"));
const data = join(folder, "hub");

/** The records of a hub, and nothing that tells when they were written out. */
const exported = (of) => {
  const file = join(folder, "records.csv");
  const sum = createHash("sha256");
  for (const what of ["organizations", "people", "agreements", "listings", "gatherings"]) {
    command(["export", what, file], { data: of });
    sum.update(readFileSync(file));
  }
  return sum.digest("hex");
};

let [different, backups, restores] = [0, 0, 0];
const seconds = (work) => { const began = performance.now(); work(); return (performance.now() - began) / 1000; };
try {
  command(["sample"], { data });
  const token = command(["token", "add", "director@example.jp", "--label", "restores", "--permissions", "edit_directory"], { data }).trim().split("\n").at(-1);
  for (let turn = 0; turn < TIMES; turn += 1) {
    const hub = await startHub({ port: await freePort(), data, sample: false });
    const made = await ask("/api/v1/organizations", { method: "POST", json: { fields: { name: { ja: `復元 ${turn}`, en: `Restored ${turn}` }, kind: "company" } }, headers: { authorization: `Bearer ${token}` }, at: hub.base });
    if (made.status !== 201) throw new Error(`turn ${turn}: ${made.status} ${made.text.slice(0, 300)}`);
    const [file, copy] = [join(folder, "backup.zip"), join(folder, "copy")];
    rmSync(file, { force: true });
    rmSync(copy, { recursive: true, force: true });
    backups += seconds(() => command(["backup", file], { data }));
    await hub.stop();
    restores += seconds(() => command(["restore", file], { data: copy }));
    command(["verify-log"], { data: copy });
    if (exported(data) !== exported(copy)) different += 1;
    if (turn % 10 === 9) console.error(`  ${turn + 1} restores, ${different} different`);
  }
  console.log(`${TIMES} restores, ${different} different; a backup ${(backups / TIMES).toFixed(2)} s, a restore ${(restores / TIMES).toFixed(2)} s; ${cpus().length} × ${cpus()[0]?.model ?? "?"}, load ${loadavg()[0].toFixed(1)}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = different ? 1 : 0;
