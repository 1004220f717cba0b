// What a hostile or broken client sends, against the real program. The number before each test is its row in
// docs/faults.md. Process, disk and start are in 51-faults-process.test.mjs.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { command, freePort, startHub } from "../lib/hub.mjs";
import { connect, multipart, raw, resident, statuses, stream } from "../lib/raw.mjs";
import { ask, base, links, signedIn } from "../lib/web.mjs";

const GIB = 2 ** 30;
const UUID = "[0-9a-f-]{36}";
const PASSWORD = "a long enough phrase";
const FORM = "application/x-www-form-urlencoded";
const folder = mkdtempSync(join(tmpdir(), "musubi-faults-"));
let hub, token, slow = [];

// A hub of its own: what is sent here would lock sample accounts out of their sign-in. It keeps to SQLite on either
// engine, because nothing here depends on the database but row 94, which asks the sample hub.
before(async () => {
  const data = join(folder, "data");
  command(["user", "add", "writer@example.jp", "--name", "Writer", "--roles", "director"], { data, env: { MUSUBI_PASSWORD: PASSWORD } });
  token = command(["token", "add", "writer@example.jp", "--label", "faults", "--permissions", "edit_directory"], { data }).trim().split("\n").at(-1);
  hub = await startHub({ port: await freePort(), data, sample: false });
  // Clients that hardly move, for the last tests: they have to be there while everything else is asked.
  for (let number = 0; number < 200; number += 1) {
    const socket = await connect(hub.base);
    const body = number % 2 === 0;
    socket.write(body ? `${head("POST", "/en/sign-in", `Content-Type: ${FORM}`, "Content-Length: 1000")}email=` : "GET /en/ HTTP/1.1\r\nHost: loc");
    slow.push(socket);
  }
});
after(async () => {
  slow.forEach((socket) => socket.destroy());
  await hub?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const head = (method, path, ...lines) => [`${method} ${path} HTTP/1.1`, `Host: ${new URL(hub.base).host}`, ...lines, "", ""].join("\r\n");
const bearer = () => ({ authorization: `Bearer ${token}` });
const api = (body, headers = {}, path = "/api/v1/organizations") =>
  ask(path, { method: "POST", body, headers: { "content-type": "application/json", ...bearer(), ...headers }, at: hub.base });
const total = async () => (await ask("/api/v1/organizations?limit=1", { at: hub.base })).json().total;

// 19, 20
test("two hundred clients that hardly move keep nobody else waiting", async () => {
  assert.ok(slow.filter((socket) => !socket.ended).length >= 100, "the slow ones are there");
  for (const path of ["/en/", "/ja/directory", "/en/search?q=a", "/health"]) assert.equal((await ask(path, { at: hub.base })).status, 200, path);
});

// 41
for (const chunked of [false, true]) {
  test(`a gigabyte ${chunked ? "without" : "with"} a stated length is turned away while memory stays flat`, async () => {
    const jar = new Map();
    await ask("/en/sign-in", { method: "POST", form: { email: "writer@example.jp", password: PASSWORD }, jar, at: hub.base });
    const cookie = `Cookie: ${[...jar].map((pair) => pair.join("=")).join("; ")}`;
    const start = resident(hub.pid);
    const first = '--edge\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nname.ja\n';
    for (const [path, type, begin, most] of [
      ["/api/v1/organizations", "application/json", '{"fields":{"kana":"', 32],
      ["/en/organizations", FORM, "name.ja=", 32],
      ["/en/organizations/import", "multipart/form-data; boundary=edge", first, 128],
    ]) {
      let highest = 0;
      const length = chunked ? "Transfer-Encoding: chunked" : `Content-Length: ${GIB}`;
      const login = path.startsWith("/api/") ? `Authorization: Bearer ${token}` : cookie;
      const watch = () => { highest = Math.max(highest, resident(hub.pid)); };
      const { sent, status } = await stream(head("POST", path, login, `Content-Type: ${type}`, length), GIB, { at: hub.base, chunked, first: begin, onChunk: watch });
      // A closed connection may swallow the answer that came before it.
      assert.ok(status === 413 || status === null, `${path}: ${status}`);
      assert.ok(sent < most * 2 ** 20, `${path}: ${sent} bytes were taken`);
      assert.ok(highest - start < 120, `${path}: memory went from ${start} to ${highest} MiB`);
    }
    assert.equal((await ask("/health", { at: hub.base })).status, 200);
  });
}

// 42
test("JSON that is deep, doubled, cut, not Unicode or no number is refused and changes nothing", async () => {
  const [deep, before] = [100_000, await total()];
  for (const [name, body] of Object.entries({
    arrays: "[".repeat(deep) + "]".repeat(deep),
    objects: '{"fields":'.repeat(deep) + "1" + "}".repeat(deep),
    open: '{"fields":[' + "[".repeat(deep),
    doubled: '{"fields":{"name":{"ja":"a"},"name":{"ja":"b"}}}',
    surrogate: '{"fields":{"name":{"ja":"\\ud800"}}}',
    huge: '{"fields":{"name":{"ja":"a"},"employees":1e9999}}',
    bytes: Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d]),
    empty: "",
  })) {
    const { status } = await api(body);
    assert.ok(status === 400 || status === 413, `${name}: ${status}`);
  }
  const keys = Array.from({ length: 40_000 }, (_, number) => `"k${number}":1`).join(",");
  assert.ok([400, 413, 422].includes((await api(`{"fields":{${keys}}}`)).status), "forty thousand keys");
  assert.equal(await total(), before);
});

// 43
test("search takes any nesting and refuses a query of a megabyte", async () => {
  for (const unit of ["(", '"', "-", "((a) OR ", "%28NOT%20", "[a TO "]) {
    const query = encodeURI(unit.repeat(Math.floor(20_000 / unit.length)));
    for (const path of ["/en/search", "/en/directory", "/api/v1/organizations"]) {
      const { status } = await ask(`${path}?q=${query}`, { at: hub.base });
      assert.ok([200, 400, 414, 431].includes(status), `${path} ${unit}: ${status}`);
    }
  }
  const text = await raw(head("GET", `/en/search?q=${"(".repeat(2 ** 20)}`), { at: hub.base });
  assert.ok([400, 414, 431].includes(statuses(text)[0]), text.slice(0, 80));
});

// 49
test("bytes that are no text are answered calmly in path, query, form, header and file name", async () => {
  const odd = ["%ff", "%00", "%c0%ae", "%ed%a0%80", "%E2%80%AE", "%F0%A0%AE%B7", "%", "%zz"];
  for (const part of odd) {
    for (const path of [`/en/${part}`, `/en/organizations/${part}`, `/${part}`, `/assets/${part}`, `/files/agreements/${part}`, `/en/search?q=${part}`, `/en/directory?q=${part}&${part}=1`, `/api/v1/people?q=${part}`]) {
      const { status } = await ask(path);
      assert.ok(status < 500, `${path}: ${status}`);
    }
  }
  const before = await total();
  const jar = new Map();
  await ask("/en/sign-in", { method: "POST", form: { email: "writer@example.jp", password: PASSWORD }, jar, at: hub.base });
  for (const body of ["name.ja=a%00b&kind=company", "name.ja%00=a&kind=company", "name.ja=%&kind=%zz"]) {
    const { status } = await ask("/en/organizations", { method: "POST", body, headers: { "content-type": FORM }, jar, at: hub.base });
    assert.ok(status === 400 || status === 422, `${body}: ${status}`);
  }
  assert.equal(await total(), before);
  const lines = ["Cookie: musubi=\xff\xfe; theme=\xe3\x81; lang=\x80", "Accept-Language: \xff\xfe", "Referer: \xf0\x9f", "Accept: \xff", "If-None-Match: \xff"];
  assert.equal(statuses(await raw(head("GET", "/en/about", ...lines, "Connection: close"), { at: hub.base }))[0], 200);
  for (const line of ["X-A: a\0b", "X-A: a\rb", "X\xff: a", "X A: b"]) {
    assert.equal(statuses(await raw(head("GET", "/en/", line), { at: hub.base }))[0], 400, JSON.stringify(line));
  }
});

// 49
test("rare characters are stored as they came, shown apart from their surroundings, and found", async () => {
  const name = "𠮷野家 \u202Eevil\u202C 葛\u{e0100}城 ｶﾌﾞ";
  const made = await api(JSON.stringify({ fields: { name: { ja: name }, kind: "company" } }));
  assert.equal(made.status, 201, made.text);
  assert.equal(made.json().fields.name.ja.text, name);
  assert.equal((await api('{"fields":{"name":{"ja":"a\\u0000b"}}}')).status, 422);
  const page = await ask(`/ja/organizations/${made.json().id}`, { at: hub.base });
  assert.ok(page.text.includes(`<bdi>${name}</bdi>`), "the name is isolated");
  assert.equal((await api('{"fields":{"name":{"ja":"a\\u0000b"}}}')).status, 422);
  for (const words of ["吉野家", "葛城", "カブ"]) {
    let found = false;
    // The index follows the feed within a second.
    for (let turn = 0; turn < 80 && !found; turn += 1) {
      found = (await ask(`/ja/search?q=${encodeURIComponent(words)}`, { at: hub.base })).text.includes(made.json().id);
      if (!found) await sleep(100);
    }
    assert.ok(found, words);
  }
});

// 49, 86
test("a file with any name is kept under a harmless one or refused", async () => {
  const jar = await signedIn("director");
  const [agreement] = links((await ask("/en/agreements")).text, new RegExp(`^/en/agreements/${UUID}$`));
  for (const name of ["\xff\xfe.txt", "a\0b.txt", Buffer.from("\u202Efdp.𠮷.txt").toString("latin1"), 'a";filename="b.html', "../../../etc/passwd", "x".repeat(5_000)]) {
    const { status } = await ask(`${agreement}/documents`, { method: "POST", jar, ...multipart({ "title.ja": "控え", audience: "staff" }, { name }) });
    assert.ok([303, 400, 422].includes(status), `${name.slice(0, 40)}: ${status}`);
  }
  const files = links((await ask(agreement, { jar })).text, /^\/files\/agreements\//);
  assert.ok(files.length >= 3, `${files.length} files are listed`);
  for (const file of files) {
    const { headers } = await ask(file, { jar });
    assert.match(headers["content-disposition"], /^attachment; filename="[\w .-]+\.[a-z]+"; filename\*=UTF-8''[\w.%~!#$&+^`|-]+$/);
    assert.doesNotMatch(decodeURIComponent(headers["content-disposition"]), /[\u202E/\\]|passwd$|html$/);
  }
});

const AFTER = () => head("GET", "/en/smuggled");

// 53
test("a request whose length can be read in two ways smuggles no second one", async () => {
  const post = (...lines) => head("POST", "/theme", `Content-Type: ${FORM}`, ...lines);
  const chunk = "a\r\ntheme=dark\r\n0\r\n\r\n";
  for (const [name, text] of Object.entries({
    "length then chunked": post("Content-Length: 4", "Transfer-Encoding: chunked") + chunk,
    "chunked then length": post("Transfer-Encoding: chunked", "Content-Length: 4") + chunk,
    "two lengths": post("Content-Length: 10", "Content-Length: 4") + "theme=dark",
    "a list of lengths": post("Content-Length: 10, 4") + "theme=dark",
    "a signed length": post("Content-Length: +10") + "theme=dark",
    "an unknown coding": post("Transfer-Encoding: xchunked") + chunk,
    "chunked is not last": post("Transfer-Encoding: chunked, identity") + chunk,
    "a space before the colon": post("Transfer-Encoding : chunked") + chunk,
    "a folded header": post("Transfer-Encoding:\r\n chunked") + chunk,
    "a chunk that is no number": post("Transfer-Encoding: chunked") + "zz\r\ntheme=dark\r\n0\r\n\r\n",
    "a chunk of 0x": post("Transfer-Encoding: chunked") + "0xa\r\ntheme=dark\r\n0\r\n\r\n",
    "a chunk beyond every number": post("Transfer-Encoding: chunked") + "fffffffffffffffffff\r\ntheme=dark\r\n",
    "a chunk with a bare line feed": post("Transfer-Encoding: chunked") + "a\ntheme=dark\n0\n\n",
    "a chunk without its end": post("Transfer-Encoding: chunked") + "a\r\ntheme=darkXX0\r\n\r\n",
    "chunked in HTTP/1.0": post("Transfer-Encoding: chunked").replace("HTTP/1.1", "HTTP/1.0") + chunk,
  })) {
    const answers = statuses(await raw(text + AFTER(), { at: hub.base, quiet: 3_000 }));
    assert.equal(answers.length, 1, `${name}: ${answers}`);
    assert.ok(answers[0] === 400 || (name.includes("then") && answers[0] === 303), `${name}: ${answers}`);
  }
});

// 53
test("methods, versions and forms of an address that no reader sends are refused", async () => {
  const own = new URL(hub.base).host;
  for (const [name, text, expected] of [
    ["TRACE", head("TRACE", "/en/", "X-Secret: canary", "Connection: close"), [405]],
    ["an unknown method", head("FROB", "/en/", "Connection: close"), [405]],
    ["CONNECT", head("CONNECT", "evil.example:443", "Connection: close"), [400, 405, 421]],
    ["another host in the address", head("GET", "http://evil.example/en/", "Connection: close"), [421]],
    ["HTTP/0.9", "GET /health\r\n\r\n", [400]],
    ["another protocol", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", [400]],
    ["ten thousand headers", head("GET", "/en/", ...Array.from({ length: 10_000 }, (_, number) => `X-${number}: 1`)), [400, 431]],
    ["a header of a megabyte", head("GET", "/en/", `X-A: ${"a".repeat(2 ** 20)}`), [400, 431]],
  ]) {
    const answer = await raw(text, { at: hub.base });
    assert.ok(expected.includes(statuses(answer)[0]), `${name}: ${answer.slice(0, 60)}`);
    assert.doesNotMatch(answer, /canary/, name);
  }
  const absolute = await raw(`GET http://${own}/en/about HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`, { at: hub.base });
  assert.ok(statuses(absolute)[0] === 200 && !absolute.includes("evil.example"), "the address counts, not the header");
  assert.equal(statuses(await raw("GET /health HTTP/1.0\r\n\r\n", { at: hub.base }))[0], 200, "HTTP/1.0 is answered and closed");
});

// 53
test("a request without a host or with two is refused", async () => {
  for (const text of ["GET /en/ HTTP/1.1\r\n\r\n", head("GET", "/en/", "Host: evil.example", "Connection: close")]) {
    assert.equal(statuses(await raw(text, { at: hub.base }))[0], 400, JSON.stringify(text));
  }
});

// 53
test("a head whose lines end in bare line feeds is refused", { skip: "the HTTP library takes them (RFC 9112, 2.2 allows it)" }, async () => {
  assert.equal(statuses(await raw(head("GET", "/en/", "Connection: close").replaceAll("\r", ""), { at: hub.base }))[0], 400);
});

// 54
test("pages, limits and places beyond every number are refused or the first page", async () => {
  const jar = await signedIn("director");
  const numbers = ["-1", "1e18", "99999999999999999999", "%00", ""];
  for (const name of ["page", "limit", "after", "offset"]) {
    for (const number of numbers) {
      for (const path of ["/en/directory", "/en/organizations", "/en/search", "/en/agreements", "/en/listings", "/en/gatherings", "/en/matches", "/en/map", "/en/staff/accounts"]) {
        const { status } = await ask(`${path}?${name}=${number}`, { jar });
        assert.ok([200, 400, 403, 404].includes(status), `${path}?${name}=${number}: ${status}`);
      }
      const { status } = await ask(`/api/v1/organizations?${name}=${number}`);
      assert.equal(status, 400, `API ${name}=${number}`);
    }
  }
  for (const id of ["0", "-1", "1e18", "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"]) {
    assert.ok([400, 404].includes((await ask(`/en/people/${id}`)).status), id);
  }
});

// 3
test("the same write sent again with its key is done once, over the wire", async () => {
  const before = await total();
  const body = JSON.stringify({ fields: { name: { ja: "一度だけ" }, kind: "company" } });
  const key = { "idempotency-key": "faults-3" };
  const answers = await Promise.all([1, 2, 3, 4].map(() => api(body, key)));
  // At the same moment one may be told 409, because the first is not committed yet; sent again it gets the answer.
  assert.ok(answers.every(({ status }) => status === 201 || status === 409), answers.map(({ status }) => status).join(" "));
  const made = [...answers.filter(({ status }) => status === 201), await api(body, key)];
  assert.equal(made.at(-1).status, 201);
  assert.equal(new Set(made.map((answer) => answer.json().id)).size, 1);
  assert.equal((await api(body.replace("一度", "二度"), key)).status, 422, "another body under the same key");
  assert.equal(await total(), before + 1);
});

// 93
test("no header, field or content type turns a request into another one", async () => {
  const { id } = (await api(JSON.stringify({ fields: { name: { ja: "残る" }, kind: "company" } }))).json();
  const place = `/api/v1/organizations/${id}`;
  for (const name of ["x-http-method-override", "x-http-method", "x-method-override"]) {
    await ask(place, { headers: { ...bearer(), [name]: "DELETE", "if-match": '"1"' }, at: hub.base });
    assert.equal((await api("{}", { [name]: "DELETE", "if-match": '"1"' }, place)).status, 405, name);
  }
  const { status } = await ask(`${place}?_method=DELETE`, { method: "POST", form: { _method: "DELETE" }, headers: bearer(), at: hub.base });
  assert.equal(status, 405, "_method");
  const before = await total();
  for (const type of ["text/plain", FORM, "multipart/form-data; boundary=x", "application/json; charset=utf-7", ""]) {
    const answer = await api('{"fields":{"name":{"ja":"よそ"}}}', { "content-type": type });
    assert.ok(type.includes("json") ? answer.status < 500 : [400, 415, 422].includes(answer.status), `${type}: ${answer.status}`);
  }
  assert.equal((await ask(place, { at: hub.base })).status, 200, "it is still there");
  assert.ok((await total()) - before <= 1);
});

// One that ends a string, one that ends a statement, one per query language, and what drivers and templates replace.
const PAYLOADS = ["'", "' OR 1=1;DROP TABLE organization;--", '"a" NEAR("b" AND (', "%_\\", "*", "\0", "${7*7}{{7*7}} $1 ?1 :name"];

/** Names of what a page can be asked with: its forms, and the addresses in it that lead to itself. */
function parameters(page, path) {
  const names = [...page.text.matchAll(/<(?:input|select)\b[^>]*\sname="([^"]+)"/g)].map(([, name]) => name);
  for (const href of links(page.text, /\?/)) {
    const url = new URL(href, `${base}${path}`);
    if (url.pathname === path) names.push(...url.searchParams.keys());
  }
  return [...new Set([...names, "q", "type", "sort", "at", "for"])];
}

// 94
test("no payload in any parameter of a list, a search or the map is an error of the server", async () => {
  const jar = await signedIn("director");
  const paths = ["search", "directory", "organizations", "people", "units", "agreements", "agreements/matrix", "agreements/asleep", "listings", "gatherings", "matches", "map", "staff/accounts", "introductions"].map((path) => `/en/${path}`);
  const broken = [];
  let asked = 0;
  for (const path of paths) {
    const addresses = parameters(await ask(path, { jar }), path).flatMap((name) => PAYLOADS.map((payload) => `${path}?${encodeURIComponent(name)}=${encodeURIComponent(payload)}`));
    const one = async () => {
      for (let address = addresses.pop(); address; address = addresses.pop()) {
        const { status, text } = await ask(address, { jar });
        asked += 1;
        if (status >= 500 || /syntax error|SQLITE|sqlx|near "/i.test(text)) broken.push(`${status} ${address.slice(0, 200)}`);
      }
    };
    await Promise.all([one(), one(), one(), one()]);
  }
  assert.deepEqual(broken, []);
  assert.ok(asked > 500, `only ${asked} addresses were asked`);
});

// 94
test("a percent sign and an underscore mean themselves", async () => {
  for (const q of ["%", "_", "%25", "____"]) {
    const answer = (await ask(`/api/v1/organizations?q=${encodeURIComponent(q)}`)).json();
    assert.equal(answer.total, 0, q);
  }
});

// 97
test("pages of errors hold words, and no paths, statements or versions", async () => {
  const jar = await signedIn("member");
  const answers = [];
  for (const path of ["/en/nowhere", "/en/organizations/x", "/en/people/%ff", "/ja/agreements/00000000-0000-7000-8000-000000000000", "/en/staff/accounts", "/files/x", "/assets/none.css", "/api/v1/nothing", "/api/v1/people?limit=x", "/api/v1/people/%00", "/oidc/none/start", "/en/invitation/x"]) {
    answers.push([path, await ask(path, { jar: new Map(jar) })]);
  }
  for (const method of ["POST", "PUT", "DELETE", "PATCH", "TRACE", "FROB"]) answers.push([method, await ask("/en/directory", { method, jar: new Map(jar) })]);
  answers.push(["body", await ask("/api/v1/people", { method: "POST", body: "{", headers: { ...bearer(), "content-type": "application/json" }, at: hub.base })]);
  answers.push(["large", await api("x".repeat(2_000_000)).catch(() => ({ status: 413, text: "", headers: {} }))]);
  for (const [what, { status, text, headers }] of answers) {
    assert.ok(status >= 300 && status < 500, `${what}: ${status}`);
    assert.doesNotMatch(text, /\/(home|root|tmp|usr|var)\/|\.rs\b|\bSELECT\b|sqlite|postgres|sqlx|axum|hyper|serde|panicked|RUST_|\bv?\d+\.\d+\.\d+\b(?!\.)/i, what);
    assert.ok(!headers.server && !headers["x-powered-by"], what);
  }
});

// 67
test("no address leads to another host, however it is spelled", async () => {
  const own = new URL(base).host;
  for (const path of ["//evil.example", "/%5cevil.example", "/%2f%2fevil.example/", "/%09//evil.example", "/en//evil.example", "/ja?next=//evil.example", "/.//evil.example", "/..//evil.example", "/%0d%0aLocation:%20//evil.example", "/@evil.example", "/.evil.example"]) {
    const { headers } = await ask(path);
    if (headers.location) assert.ok(headers.location.startsWith("/") && new URL(headers.location, base).host === own, `${path} → ${headers.location}`);
  }
  const jar = await signedIn("member");
  for (const next of ["//evil.example", "/\\evil.example", "https:evil.example", "/%2f/evil.example", "\u0001//evil.example", "/\t/evil.example", "data:text/html,x"]) {
    const { headers } = await ask(`/en/sign-in?next=${encodeURIComponent(next)}`, { jar: new Map(jar) });
    assert.ok(!headers.location || (/^\/(?![\/\\])/.test(headers.location) && new URL(headers.location, base).host === own), `${next} → ${headers.location}`);
  }
});

// 60
test("a wrong password, an unknown account and recovery answer in the same words", async () => {
  const said = async (path, email) => {
    const { status, text } = await ask(path, { method: "POST", form: { email, password: "not this one" }, at: hub.base });
    return `${status} ${text.replaceAll(email, "…")}`;
  };
  assert.equal(await said("/en/sign-in", "writer@example.jp"), await said("/en/sign-in", "nobody@example.jp"));
  assert.equal(await said("/ja/recover", "writer@example.jp"), await said("/ja/recover", "nobody@example.jp"));
});

// 59; last of all, because this address has to wait afterwards.
test("a forged X-Forwarded-For is no new address to guess from", async () => {
  const tries = [];
  for (let number = 0; number < 12; number += 1) {
    const forged = `203.0.113.${number}`;
    const headers = { "x-forwarded-for": forged, forwarded: `for=${forged}`, "x-real-ip": forged, "true-client-ip": forged };
    tries.push((await ask("/en/sign-in", { method: "POST", form: { email: "writer@example.jp", password: `guess ${number}` }, headers, at: hub.base })).status);
  }
  assert.ok(tries.includes(422) && tries.at(-1) === 429, tries.join(" "));
});

// 20
test("clients that hardly move are closed by the server, and it goes on", async () => {
  const heads = slow.filter((_, number) => number % 2 === 1);
  // Ten seconds after a head has begun; these began before the first test.
  for (let turn = 0; turn < 200 && heads.some((socket) => !socket.ended); turn += 1) await sleep(100);
  assert.equal(heads.filter((socket) => !socket.ended).length, 0);
  assert.ok(hub.alive());
  assert.deepEqual(hub.faults(), []);
});
