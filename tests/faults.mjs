// Checks docs/faults.md against the sources: every test that it names is in the file it names, no row that is called held
// leans on a test that is switched off, every row has a state and its number once. Prints how many rows are in which state.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const page = "docs/faults.md";
const STATES = ["held", "partly", "open"];

const cellsOf = (line) => line.slice(1, line.lastIndexOf("|")).split("|").map((cell) => cell.trim());
const rows = readFileSync(join(root, page), "utf8").split("\n").filter((line) => /^\| \d+ \|/.test(line)).map((line) => {
  const [number, fault, state, words, shown, ...rest] = cellsOf(line);
  return { number: Number(number), fault, state: state?.replaceAll("*", ""), words, shown: shown ?? "", rest };
});

/** `[file, name]` of every test that a cell names: files in backticks hold a slash; the names after one belong to it. */
function named(cell) {
  const tests = [];
  let file = null;
  for (const [, code, title] of cell.matchAll(/`([^`]+)`|“([^”]+)”/g)) {
    if (code?.includes("/")) file = code;
    else tests.push([file, code ?? title]);
  }
  return tests;
}

const sources = new Map();
function source(file) {
  if (!sources.has(file)) sources.set(file, file && existsSync(join(root, file)) ? readFileSync(join(root, file), "utf8") : null);
  return sources.get(file);
}

/** Titles of a test file, what is filled in as …, and whether the test is switched off for good. */
const titles = (text) => [...text.matchAll(/\btest\(\s*(["`])((?:\\.|(?!\1).)*)\1(,\s*\{\s*skip:\s*(?:["'`]|[A-Z_]+\b))?/g)]
  .map(([, , title, off]) => ({ title: title.replace(/\$\{[^}]*\}/g, "…"), off: Boolean(off) }));

/** What is wrong with naming a test, or null; `off` tells of a test that does not run. */
function look(file, name) {
  const text = source(file);
  if (text === null) return { fault: `no file ${file}` };
  if (!file.endsWith(".rs")) {
    const found = titles(text).find(({ title }) => title === name);
    return found ? { off: found.off } : { fault: `${file} has no test “${name}”` };
  }
  const found = new RegExp(`((?:^[ \\t]*#\\[[^\\n]*\\n|^[ \\t]*//[^\\n]*\\n)*)^[ \\t]*(?:async )?fn ${name}\\b`, "m").exec(text);
  if (!found) return { fault: `${file} has no test ${name}` };
  // Tests without an attribute stand in a block that runs them on every engine, or in a block of properties.
  const isTest = /#\[(tokio::)?test/.test(found[1]) || /^\s*(on_every_engine|proptest)!/m.test(text);
  return isTest ? { off: found[1].includes("#[ignore") } : { fault: `${file}: ${name} is not a test` };
}

const faults = [];
const counts = Object.fromEntries(STATES.map((state) => [state, 0]));
const seen = new Set();
let tests = 0;
for (const { number, fault, state, words, shown, rest } of rows) {
  const complain = (text) => faults.push(`${page}, row ${number} (${fault}): ${text}`);
  if (seen.has(number)) complain("the number is there twice");
  seen.add(number);
  if (!STATES.includes(state)) { complain(`the state is "${state}"`); continue; }
  if (rest.length > 0 || !words) complain("the row has not five cells");
  counts[state] += 1;
  const list = named(shown);
  tests += list.length;
  if (state !== "open" && list.length === 0) complain(`${state}, but no test is named`);
  for (const [file, name] of list) {
    const { fault: wrong, off } = look(file, name);
    if (wrong) complain(wrong);
    else if (off && state === "held") complain(`“${name}” is switched off`);
  }
}
if (rows.length === 0) faults.push(`${page} has no rows`);

for (const fault of faults) console.error(fault);
console.log(`${rows.length} faults: ${STATES.map((state) => `${counts[state]} ${state}`).join(", ")}; ${tests} tests named`);
process.exit(faults.length === 0 ? 0 : 1);
