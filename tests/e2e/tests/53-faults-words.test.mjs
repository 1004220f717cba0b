// Markup in what people write: put into every text field of every record type that the API describes, then looked for on the
// pages of the hub. The number before each test is its row in docs/faults.md.
import test from "node:test";
import assert from "node:assert/strict";
import { ask, links, signedIn } from "../lib/web.mjs";

// Breaks out of an attribute, a tag, a script block and a template, wherever it is not escaped.
const MARKUP = "\"'><img src=x onerror=alert(7)></script><b>{{90019*90023}}";
const RAW = new RegExp(`<img src=x|</script><b>|${90_019 * 90_023}`);
const jar = await signedIn("director");
const { paths, components } = (await ask("/openapi.json?lang=en")).json();
const schemas = components.schemas;
const named = (reference) => schemas[reference.split("/").at(-1)];

/** Types of records that can be made over the API, in the order in which links point backwards. */
const KINDS = Object.keys(paths).filter((path) => /^\/api\/v1\/[a-z-]+$/.test(path) && paths[path].post && !path.endsWith("/introductions"));

const ids = new Map();
async function idOf(kinds) {
  for (const kind of kinds.split(", ")) {
    const path = KINDS.find((path) => paths[path].get.responses["200"].content["application/json"].schema.$ref?.endsWith(`/${kind.replace(/(?:^|_)(\w)/g, (_, letter) => letter.toUpperCase())}List`));
    if (!path) continue;
    if (!ids.has(path)) ids.set(path, (await ask(`${path}?limit=1`, { jar })).json().items[0]?.id);
    if (ids.get(path)) return ids.get(path);
  }
  return undefined;
}

/** Something that a field takes; markup wherever it takes words that are long enough. */
async function valueOf(schema) {
  const inner = schema.oneOf?.find((one) => one.propertyNames) ? "words" : schema.oneOf?.find((one) => one.$ref)?.$ref;
  const most = schema.maxLength ?? schema.oneOf?.find((one) => one.maxLength)?.maxLength ?? 8_000;
  if (inner === "words") return most >= MARKUP.length ? { ja: MARKUP, en: MARKUP } : undefined;
  if (inner) return named(inner).oneOf?.[0]?.const ?? named(inner).enum?.[0];
  const type = [schema.type].flat()[0];
  if (schema["x-links-to"] ?? schema.items?.["x-links-to"]) {
    const id = await idOf(schema["x-links-to"] ?? schema.items["x-links-to"]);
    return type === "array" ? [id].filter(Boolean) : id;
  }
  if (type === "array") return schema.items?.$ref ? [named(schema.items.$ref).oneOf?.[0]?.const].filter(Boolean) : undefined;
  if (type === "boolean") return false;
  if (type === "integer" || type === "number") return 3;
  if (schema.format || schema.pattern) return schema.examples?.[0];
  return most >= MARKUP.length ? MARKUP : schema.examples?.[0];
}

/** Makes one record full of markup; fields that are refused are left out the next time. */
async function make(path) {
  const input = named(paths[path].post.requestBody.content["application/json"].schema.$ref);
  const fields = {};
  for (const [name, schema] of Object.entries(named(input.properties.fields.$ref).properties)) fields[name] = await valueOf(schema);
  for (let turn = 0; turn < 4; turn += 1) {
    const answer = await ask(path, { method: "POST", json: { fields, audience: "members" }, jar });
    if (answer.status === 201) return answer.json();
    assert.ok(answer.status < 500, `${path}: ${answer.text}`);
    for (const { field } of answer.json().errors ?? []) delete fields[field.split(".")[0]];
  }
  return null;
}

// 81, 90
test("markup in names and prose stays text wherever it is shown", async () => {
  const made = [];
  for (const path of KINDS) {
    const record = await make(path);
    if (record && JSON.stringify(record).includes("onerror")) made.push([path.replace("/api/v1", ""), record.id]);
  }
  assert.ok(made.length >= 12, `only ${made.length} types were made: ${made.map(([path]) => path)}`);
  const words = encodeURIComponent(MARKUP);
  const pages = ["/desk", "/meet", "/map", "/map/table", "/matches", "/introductions", "/agreements/matrix", "/agreements/asleep", `/search?q=${words}`, "/search?q=onerror", `/directory?q=${words}`, `/no-such-page/${words}`, `/sign-in?next=${words}`, `/map?at=${words}`];
  for (const [path, id] of made) {
    pages.push(path, `${path}?q=${words}`, `${path}/${id}`, `${path}/${id}/edit`, `${path}/${id}/history`, `${path}/${id}/delete`, `/map?at=${id}`);
    // What a link on the page leads to: parts, calendars, forms to change it.
    pages.push(...links((await ask(`/en${path}/${id}`, { jar })).text, /^\/en\//).map((href) => href.slice(3)).filter((href) => href.includes(id)));
  }
  const found = [];
  let shown = 0;
  for (const page of new Set(pages)) {
    for (const lang of ["ja", "en"]) {
      const { status, text, headers } = await ask(`/${lang}${page}`, { jar });
      if (status >= 500) found.push(`${status} /${lang}${page}`);
      if (!/html/.test(headers["content-type"] ?? "")) continue;
      if (text.includes("onerror")) shown += 1;
      const raw = RAW.exec(text);
      if (raw) found.push(`/${lang}${page}: …${text.slice(Math.max(0, raw.index - 60), raw.index + 60)}…`);
    }
  }
  assert.deepEqual(found, []);
  assert.ok(shown > 60, `the markup was seen on ${shown} pages only`);
});

// 32, 81
test("the page of two versions shows markup as text", async () => {
  const { id } = (await ask("/api/v1/organizations", { method: "POST", json: { fields: { name: { ja: "二人の版", en: "Two" }, kind: "company" } }, jar })).json();
  const theirs = `theirs ${MARKUP}`;
  const changed = await ask(`/api/v1/organizations/${id}`, { method: "PATCH", json: { version: 1, fields: { name: { en: theirs } } }, jar });
  assert.equal(changed.status, 200, changed.text);
  const form = { "name.ja": "二人の版", "name.en": `mine ${MARKUP}`, kind: "company", _version: "1" };
  const page = await ask(`/en/organizations/${id}`, { method: "POST", form, jar });
  assert.equal(page.status, 409);
  assert.ok(page.text.includes("theirs ") && page.text.includes("mine "), "both versions are shown");
  assert.doesNotMatch(page.text, RAW);
});

// 83
test("links of any other scheme than http and https are refused", async () => {
  const answers = [];
  for (const website of ["javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:x", "file:///etc/passwd", "//evil.example", "&#106;avascript:alert(1)", "http:javascript:alert(1)"]) {
    const { status, text } = await ask("/api/v1/organizations", { method: "POST", json: { fields: { name: { ja: "リンク" }, kind: "company", website } }, jar });
    if (status !== 422 || !text.includes("website")) answers.push(`${website}: ${status} ${text.slice(0, 200)}`);
  }
  assert.deepEqual(answers, []);
});

/** Paths of the fields of a type that hold free text, with the most characters that each takes. */
function texts(path) {
  const input = named(paths[path].post.requestBody.content["application/json"].schema.$ref);
  return Object.entries(named(input.properties.fields.$ref).properties).flatMap(([name, schema]) => {
    const words = schema.oneOf?.some((one) => one.propertyNames);
    const most = words ? schema.oneOf.find((one) => one.maxLength)?.maxLength : schema.format || schema.pattern || schema["x-links-to"] ? null : schema.maxLength;
    return most ? [{ name, most, put: (text) => (words ? { ja: text } : text) }] : [];
  });
}

// 50
test("every text field takes as many characters as the description of the API says, and not one more", async () => {
  const faulty = async (path, fields) => {
    const answer = await ask(path, { method: "POST", json: { fields: Object.fromEntries(fields) }, jar });
    assert.ok([201, 422].includes(answer.status), `${path}: ${answer.status} ${answer.text.slice(0, 200)}`);
    return (answer.json().errors ?? []).map(({ field, message }) => [field.split(".")[0], message]);
  };
  const wrong = [];
  let tried = 0;
  for (const path of KINDS) {
    for (const { name, most, put } of texts(path)) {
      tried += 1;
      // A character of four bytes, so that bytes and halves of characters are not what is counted.
      const [over, full] = [await faulty(path, [[name, put("𠮷".repeat(most + 1))]]), await faulty(path, [[name, put("𠮷".repeat(most))]])];
      const long = over.find(([field]) => field === name)?.[1];
      if (!long) wrong.push(`${path} ${name} takes ${most + 1}`);
      // Some have rules of their own, for which this is no date or place; but it is not too long.
      else if (full.some(([field, message]) => field === name && message === long)) wrong.push(`${path} ${name} refuses ${most}: ${long}`);
    }
  }
  assert.deepEqual(wrong, []);
  assert.ok(tried > 60, `only ${tried} fields were tried`);
});

// 52
test("Markdown of nothing but brackets, quotes, stars and ticks is shown", async () => {
  for (const unit of ["[", "> ", "*a **b ", "_", "`", "![](", "* ", "<", "&#", "|a|\n|-|\n", "1. "]) {
    const made = await ask("/api/v1/organizations", { method: "POST", json: { fields: { name: { ja: "深い" }, kind: "company", about: { ja: unit.repeat(8_000 / unit.length).trim() } } }, jar });
    assert.equal(made.status, 201, `${unit}: ${made.text}`);
    assert.equal((await ask(`/ja/organizations/${made.json().id}`, { jar })).status, 200, unit);
  }
});
