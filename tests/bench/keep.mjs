// Keeps what a benchmark printed in docs/benchmarks.md, with the day, under its own heading.
//
//   … | node tests/bench/keep.mjs hub     shows what comes in and puts it between the marks <!-- hub --> and <!-- /hub -->
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const name = process.argv[2];
const page = join(import.meta.dirname, "../../docs/benchmarks.md");
let printed = "";
process.stdin.setEncoding("utf8");
for await (const chunk of process.stdin) {
  process.stdout.write(chunk);
  printed += chunk;
}
const text = readFileSync(page, "utf8");
const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
const [from, to] = [text.indexOf(open), text.indexOf(close)];
if (from < 0 || to < from) throw new Error(`${page} has no place for ${name}`);
const commit = execFileSync("git", ["log", "-1", "--format=%h"], { cwd: import.meta.dirname, encoding: "utf8" }).trim();
const kept = `${open}\n${new Date().toISOString().slice(0, 10)}, ${commit}\n\n${printed.trim()}\n`;
writeFileSync(page, text.slice(0, from) + kept + text.slice(to));
