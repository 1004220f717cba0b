// Every crate and npm package that is built in must have a licence from the list below. A choice ("A OR B") passes
// when one side passes, a combination ("A AND B") when both do. GPL, AGPL, SSPL and BUSL can therefore never enter.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const FREE = new Set([
  "0BSD", "Apache-2.0", "BSD-1-Clause", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC0-1.0", "CDLA-Permissive-2.0", "ISC",
  "MIT", "MIT-0", "OFL-1.1", "Unicode-3.0", "Unlicense", "Zlib", "bzip2-1.0.6",
  // Weak copyleft per file: unmodified files of these packages may be linked.
  "MPL-2.0",
]);
const EXCEPTIONS = new Set(["LLVM-exception"]);

/** Whether an SPDX expression can be met with the free licences alone. */
export function isFree(expression) {
  const words = expression.replaceAll("/", " OR ").replaceAll("(", " ( ").replaceAll(")", " ) ").trim().split(/\s+/);
  let at = 0;
  const either = () => {
    let free = both();
    while (words[at] === "OR") { at += 1; free = both() || free; }
    return free;
  };
  const both = () => {
    let free = one();
    while (words[at] === "AND") { at += 1; free = one() && free; }
    return free;
  };
  const one = () => {
    if (words[at] === "(") {
      at += 1;
      const free = either();
      at += 1;
      return free;
    }
    let free = FREE.has(words[at]);
    at += 1;
    if (words[at] === "WITH") { free = free && EXCEPTIONS.has(words[at + 1]); at += 2; }
    return free;
  };
  const free = either();
  return free && at === words.length;
}

for (const [expression, free] of [
  ["MIT", true], ["MIT/Apache-2.0", true], ["GPL-3.0", false], ["MIT OR GPL-2.0-only", true], ["MIT AND AGPL-3.0", false],
  ["(MIT OR Apache-2.0) AND Unicode-3.0", true], ["Apache-2.0 WITH LLVM-exception", true], ["SSPL-1.0", false], ["BUSL-1.1", false], ["", false],
]) {
  if (isFree(expression) !== free) throw new Error(`the licence check itself is wrong about "${expression}"`);
}

const root = new URL("..", import.meta.url).pathname;
const metadata = execFileSync("cargo", ["metadata", "--locked", "--format-version", "1"], { cwd: root, maxBuffer: 1 << 28 });
const bad = [];
let count = 0;
for (const crate of JSON.parse(metadata).packages) {
  count += 1;
  if (!isFree(crate.license ?? "")) bad.push(`crate ${crate.name} ${crate.version}: ${crate.license ?? `only a file (${crate.license_file})`}`);
}
for (const folder of ["frontend", "tests/e2e"]) {
  const lock = JSON.parse(readFileSync(`${root}${folder}/package-lock.json`, "utf8"));
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (path === "") continue;
    count += 1;
    if (!isFree(entry.license ?? "")) bad.push(`npm ${path.replace("node_modules/", "")} ${entry.version}: ${entry.license ?? "no licence"} (${folder})`);
  }
}
if (bad.length > 0) {
  console.error(`Licences that are not on the list of tests/licences.mjs:\n  ${bad.join("\n  ")}`);
  process.exit(1);
}
console.log(`${count} packages, all under licences of the list`);
