// Caches, fields that are not the sender's, odd headers and hostile sheets, against the sample hub. The number before each test
// is its row in docs/faults.md.
import test from "node:test";
import assert from "node:assert/strict";
import { deflateRawSync } from "node:zlib";
import { command } from "../lib/hub.mjs";
import { multipart } from "../lib/raw.mjs";
import { ask, signedIn } from "../lib/web.mjs";

const director = await signedIn("director");
const member = await signedIn("member");

/** Addresses of all routes that are read and name no record, from the program itself. */
const readable = () => command(["routes"], { data: process.env.MUSUBI_TEST_FOLDER }).split("\n").filter((line) => line.startsWith("GET "))
  .map((line) => line.split(/\s+/)[1]).filter((path) => !path.includes("{"));
const isPage = (path) => !/^\/(api|assets|files|oidc|openapi|robots|csp|\.well-known)/.test(path);

// 77
test("no cache keeps what somebody signed in is answered, on any route", async () => {
  const wrong = [];
  let asked = 0;
  for (const route of readable()) {
    const path = isPage(route) ? `/en${route}` : route;
    const { status, headers } = await ask(path, { jar: new Map(member), method: "HEAD" });
    if (status >= 500) wrong.push(`${path}: ${status}`);
    asked += 1;
    const [cache, vary] = [headers["cache-control"] ?? "", headers.vary ?? ""];
    // Calendars may be kept by the reader's own program for some minutes, not under another cookie.
    const own = /no-store/.test(cache) || (/\bprivate\b/.test(cache) && /cookie/i.test(vary));
    if (!own && !/^\/(assets|robots|favicon)/.test(route)) wrong.push(`${path}: ${status} ${cache}`);
    if (/public|s-maxage/.test(cache) && !/immutable/.test(cache)) wrong.push(`${path}: ${cache}`);
    if (isPage(route) && !/cookie/i.test(vary)) wrong.push(`${path}: varies by "${vary}"`);
  }
  assert.deepEqual(wrong, []);
  assert.ok(asked > 80, `only ${asked} routes were asked`);
});

// 73
test("a form sets no field that it does not show, and makes nobody more than they are", async () => {
  const grab = { roles: "administrator", role: "administrator", permissions: "manage_hub", state: "open", email: "evil@example.jp", person: "00000000-0000-7000-8000-000000000001", "links.0": "x" };
  await ask("/en/account/profile", { method: "POST", form: { label: "Member", language: "en", ...grab }, jar: new Map(member) });
  assert.equal((await ask("/en/staff/accounts", { jar: new Map(member) })).status, 403);
  assert.match((await ask("/en/account", { jar: new Map(member) })).text, /member@example\.jp/);
  const chosen = "00000000-0000-7000-8000-00000000abcd";
  const form = { "name.ja": "割り込み", "name.en": "Grabbing", kind: "company", id: chosen, _id: chosen, version: "99", created_by: chosen, deleted_at: "2020-01-01", created_at: "2001-01-01T00:00:00Z", owner: chosen, verified: "true" };
  const made = await ask("/en/organizations", { method: "POST", form, jar: new Map(director) });
  assert.equal(made.status, 303, made.text.slice(0, 300));
  const id = /[0-9a-f-]{36}/.exec(made.headers.location)[0];
  const record = (await ask(`/api/v1/organizations/${id}`, { jar: new Map(director) })).json();
  assert.ok(id !== chosen && record.id !== chosen && record.version === 1 && record.created_by !== chosen && !record.deleted_at && !record.created_at.startsWith("2001"));
  assert.ok(!JSON.stringify(record).includes(chosen) && !("verified" in record), JSON.stringify(record));
});

// 96
test("no header that proxies use changes what a page says or where it leads", async () => {
  const words = ({ status, text, headers }) => [status, headers.location ?? "", text];
  const odd = {
    "x-forwarded-host": "evil.example", "x-forwarded-proto": "ftp", "x-forwarded-port": "1", "x-forwarded-prefix": "/evil", "x-original-url": "/en/staff/accounts", "x-rewrite-url": "/en/staff/accounts",
    "x-host": "evil.example", forwarded: "for=1.2.3.4;host=evil.example;proto=ftp", "x-forwarded-scheme": "ftp", origin: "https://evil.example", "access-control-request-method": "PUT",
  };
  for (const path of ["/en/", "/directory", "/en/directory", "/en/sign-in", "/en/desk", "/ja", "/openapi.json", "/en/nowhere"]) {
    const plain = await ask(path);
    for (const [name, value] of Object.entries(odd)) {
      const answer = await ask(path, { headers: { [name]: value } });
      assert.deepEqual(words(answer), words(plain), `${path} with ${name}`);
      assert.ok(!Object.keys(answer.headers).some((header) => header.startsWith("access-control-")), `${path} with ${name}`);
    }
  }
});

const CRC = Array.from({ length: 256 }, (_, byte) => { let c = byte; for (let bit = 0; bit < 8; bit += 1) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1; return c >>> 0; });
const crc32 = (bytes) => (bytes.reduce((crc, byte) => CRC[(crc ^ byte) & 255] ^ (crc >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;

/** A zip of some texts (PKWARE APPNOTE 4.3). */
function zip(parts) {
  const [bodies, directory] = [[], []];
  let at = 0;
  for (const [name, text] of Object.entries(parts)) {
    const [plain, label] = [Buffer.from(text), Buffer.from(name)];
    const packed = deflateRawSync(plain);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0); common.writeUInt16LE(8, 4); common.writeUInt32LE(crc32(plain), 10);
    common.writeUInt32LE(packed.length, 14); common.writeUInt32LE(plain.length, 18); common.writeUInt16LE(label.length, 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(at, 10);
    bodies.push(Buffer.from("PK\x03\x04"), common, label, packed);
    directory.push(Buffer.from("PK\x01\x02\x14\x00"), common, tail, label);
    at += 30 + label.length + packed.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(Object.keys(parts).length, 4); end.writeUInt16LE(Object.keys(parts).length, 6);
  end.writeUInt32LE(index.length, 8); end.writeUInt32LE(at, 12);
  return Buffer.concat([...bodies, index, Buffer.from("PK\x05\x06"), end]);
}

/** A workbook of one column whose sheet begins with `prolog` and holds `cells`. */
const workbook = (prolog, cells) => zip({
  "[Content_Types].xml": '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
  "_rels/.rels": '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
  "xl/workbook.xml": '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="a"/></sheets></workbook>',
  "xl/_rels/workbook.xml.rels": '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
  "xl/worksheets/sheet1.xml": `<?xml version="1.0"?>${prolog}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${cells.map((cell, row) => `<row r="${row + 1}"><c r="A${row + 1}" t="inlineStr"><is><t>${cell}</t></is></c></row>`).join("")}</sheetData></worksheet>`,
});

// 95
test("entities of a workbook open no file and do not grow", async () => {
  const upload = async (bytes) => {
    const answer = await ask("/en/organizations/import", { method: "POST", jar: new Map(director), ...multipart({}, { name: "a.xlsx", bytes }) });
    return answer.status === 303 ? ask(answer.headers.location, { jar: new Map(director) }) : answer;
  };
  const good = await upload(workbook("", ["name.ja", "普通の行"]));
  assert.ok(good.status === 200 && good.text.includes("普通の行"), "such a workbook is read at all");
  const laughs = ['<!ENTITY l0 "canarylaugh">', ...Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`)].join("");
  for (const [prolog, cell] of [
    ['<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;"],
    ['<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/evil.dtd"> %p;]>', "a"],
    [`<!DOCTYPE a [${laughs}]>`, "&l9;"],
  ]) {
    const { status, text } = await upload(workbook(prolog, ["name.ja", cell]));
    assert.ok(status === 200 || status === 422, `${prolog.slice(0, 60)}: ${status}`);
    assert.doesNotMatch(text, /root:|canarylaugh/);
    assert.ok(text.length < 200_000, `${text.length} bytes came back`);
  }
});
