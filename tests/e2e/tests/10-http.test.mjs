// What the server promises on the wire: headers, hosts, cross-site requests, redirects, methods, sizes.
import test from "node:test";
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { ask, base, links, signedIn } from "../lib/web.mjs";

const KiB = 1024;
const first = async (list, pattern) => {
  const found = links((await ask(list)).text, pattern);
  assert.ok(found.length > 0, `${list} links to nothing like ${pattern}`);
  return found[0];
};
const UUID = "[0-9a-f-]{36}";
const reading = async () => ({
  home: "/en/",
  directory: "/en/directory",
  profile: await first("/en/directory?type=organization", new RegExp(`^/en/organizations/${UUID}$`)),
  agreement: await first("/en/agreements", new RegExp(`^/en/agreements/${UUID}$`)),
});

test("reading pages weigh at most 15 KiB compressed and carry no script for visitors", async () => {
  for (const lang of ["en", "ja"]) {
    for (const [kind, path] of Object.entries(await reading())) {
      const address = path.replace(/^\/en/, `/${lang}`);
      const page = await ask(address);
      assert.equal(page.status, 200, address);
      const size = gzipSync(page.bytes, { level: 6 }).length;
      assert.ok(size <= 15 * KiB, `${kind} (${address}) weighs ${size} bytes compressed`);
      assert.doesNotMatch(page.text, /<script/, `${address} has a script`);
    }
  }
});

test("the style sheet weighs at most 10 KiB and all scripts of a page at most 20 KiB compressed", async () => {
  const jar = await signedIn("member");
  const page = await ask("/en/account/passkeys", { jar });
  const sheets = [...page.text.matchAll(/<link rel="stylesheet" href="([^"]+)"/g)].map((m) => m[1]);
  const scripts = [...page.text.matchAll(/<script src="([^"]+)"/g)].map((m) => m[1]);
  assert.ok(sheets.length >= 1 && scripts.length >= 1, "a working page has a style sheet and a script");
  const weigh = async (addresses) => {
    let sum = 0;
    for (const address of addresses) {
      const plain = await ask(address);
      assert.equal(plain.status, 200, address);
      assert.match(plain.headers["cache-control"], /immutable/, `${address} may be kept for ever`);
      sum += gzipSync(plain.bytes, { level: 6 }).length;
    }
    return sum;
  };
  const [css, js] = [await weigh(sheets), await weigh(scripts)];
  assert.ok(css <= 10 * KiB, `style sheets weigh ${css}`);
  assert.ok(js <= 20 * KiB, `scripts weigh ${js}`);
});

test("pages are sent compressed to those who can read that", async () => {
  const page = await ask("/en/directory", { headers: { "accept-encoding": "gzip" } });
  assert.equal(page.headers["content-encoding"], "gzip");
  assert.match(page.headers.vary ?? "", /accept-encoding/i);
});

test("every page has the security headers and nothing inline", async () => {
  const pages = [...Object.values(await reading()), "/en/sign-in", "/ja/search?q=%E5%86%8D%E7%94%9F", "/en/no-such-page", "/en/listings"];
  for (const path of pages) {
    const { headers, text } = await ask(path);
    const csp = headers["content-security-policy"] ?? "";
    for (const rule of ["default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"]) {
      assert.ok(csp.includes(rule), `${path}: the policy lacks ${rule}: ${csp}`);
    }
    assert.doesNotMatch(csp, /unsafe-(inline|eval)|\*|https?:/, `${path}: ${csp}`);
    assert.equal(headers["x-content-type-options"], "nosniff", path);
    assert.equal(headers["x-frame-options"], "DENY", path);
    assert.ok(headers["referrer-policy"] && headers["permissions-policy"] && headers["x-request-id"], path);
    assert.equal(headers.server, undefined, `${path}: tells what serves it`);
    assert.doesNotMatch(text, /<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)/i, `${path} has something inline`);
  }
});

test("an answer given before a page is looked for has them too", async () => {
  for (const [path, headers] of [["/directory", {}], ["/en/", { host: "elsewhere.example" }]]) {
    const early = await ask(path, { headers });
    assert.ok([307, 421].includes(early.status), `${path}: ${early.status}`);
    assert.match(early.headers["content-security-policy"] ?? "", /default-src 'self'/, path);
    assert.equal(early.headers["x-content-type-options"], "nosniff", path);
  }
});

test("what somebody signed in sees is never kept by a cache", async () => {
  const jar = await signedIn("member");
  const { headers } = await ask("/en/account", { jar });
  assert.match(headers["cache-control"], /no-store/);
});

test("the session cookie is out of reach of scripts and other sites", async () => {
  const answer = await ask("/en/sign-in", { method: "POST", form: { email: "member@example.jp", password: "musubi-sample" } });
  const cookie = answer.headers["set-cookie"].find((line) => line.startsWith("musubi="));
  assert.match(cookie, /HttpOnly/);
  assert.match(cookie, /SameSite=Lax/);
  assert.match(cookie, /Path=\//);
});

test("a form sent from another site is refused and changes nothing", async () => {
  const jar = await signedIn("director");
  const form = { "name.ja": "よそから", "name.en": "From elsewhere", kind: "company" };
  for (const headers of [
    { "sec-fetch-site": "cross-site", origin: "https://evil.example" },
    { origin: "https://evil.example" },
    { origin: "null" },
    { "sec-fetch-site": "same-site", origin: "http://evil.localhost" },
  ]) {
    const answer = await ask("/en/organizations", { method: "POST", form, jar: new Map(jar), headers });
    assert.equal(answer.status, 403, JSON.stringify(headers));
  }
  const out = await ask("/sign-out", { method: "POST", form: {}, jar: new Map(jar), headers: { "sec-fetch-site": "cross-site", origin: "https://evil.example" } });
  assert.equal(out.status, 403);
  assert.equal((await ask("/en/account", { jar })).status, 200, "still signed in");
  assert.doesNotMatch((await ask("/en/directory?q=From+elsewhere")).text, /From elsewhere<\/bdi>/);
});

test("another host name is misdirected, and never becomes part of a link", async () => {
  for (const host of ["evil.example", "localhost", "localhost:1", `evil.example:${new URL(base).port}`]) {
    const answer = await ask("/en/", { headers: { host } });
    assert.equal(answer.status, 421, host);
  }
  const answer = await ask("/en/", { headers: { "x-forwarded-host": "evil.example", forwarded: "host=evil.example" } });
  assert.equal(answer.status, 200);
  assert.doesNotMatch(answer.text, /evil\.example/);
});

test("nobody is led to another site", async () => {
  for (const next of ["https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example", "/%09/evil.example", "javascript:alert(1)", "http:evil.example"]) {
    const answer = await ask("/en/sign-in", { method: "POST", form: { email: "member@example.jp", password: "musubi-sample", next } });
    const to = answer.headers.location ?? "";
    assert.ok(answer.status === 303 && new URL(to, base).host === new URL(base).host && to.startsWith("/") && !/^\/[\\/]/.test(to), `${next} → ${answer.status} ${to}`);
  }
  for (const path of ["//evil.example", "///evil.example/..", "/\\evil.example", "/%5Cevil.example", "/%2f%2fevil.example"]) {
    const { status, headers } = await ask(path);
    const to = headers.location;
    assert.ok(!to || new URL(to, base).host === new URL(base).host, `${path} → ${status} ${to}`);
  }
  const theme = await ask("/theme", { method: "POST", form: { theme: "dark" }, headers: { referer: "https://evil.example//evil.example/x" } });
  assert.equal(new URL(theme.headers.location, base).host, new URL(base).host, theme.headers.location);
});

test("HEAD answers as GET without a body, other methods are told what is allowed", async () => {
  for (const path of ["/en/", "/en/directory", "/assets/favicon.svg"]) {
    const [get, head] = [await ask(path), await ask(path, { method: "HEAD" })];
    assert.equal(head.status, get.status, path);
    assert.equal(head.bytes.length, 0, path);
    assert.equal(head.headers["content-type"], get.headers["content-type"], path);
  }
  for (const method of ["PUT", "DELETE", "PATCH"]) {
    const answer = await ask("/en/directory", { method });
    assert.equal(answer.status, 405, method);
    assert.match(answer.headers.allow ?? "", /GET/, method);
  }
  const options = await ask("/en/directory", { method: "OPTIONS" });
  assert.ok([200, 204, 405].includes(options.status), `OPTIONS: ${options.status}`);
  assert.equal(options.headers["access-control-allow-origin"], undefined);
  assert.ok([400, 405, 501].includes((await ask("/en/", { method: "TRACE" })).status));
});

test("errors are pages of the hub in the reader's language, or problem+json for programs", async () => {
  const page = await ask("/ja/organizations/00000000-0000-7000-8000-000000000000");
  assert.equal(page.status, 404);
  assert.match(page.text, /<html lang="ja"/);
  assert.match(page.text, /<h1/);
  for (const path of ["/en/organizations/not-a-number", "/en/nowhere", "/en/agreements/%00", "/en/people/%ff"]) {
    const { status, text } = await ask(path);
    assert.ok(status === 404 || status === 400, `${path}: ${status}`);
    assert.match(text, /<html lang="en"/, path);
  }
  const api = await ask("/api/v1/organizations/00000000-0000-7000-8000-000000000000");
  assert.equal(api.status, 404);
  assert.match(api.headers["content-type"], /application\/problem\+json/);
  assert.equal(api.json().status, 404);
});

test("an address without a language leads to the reader's language", async () => {
  const to = async (headers) => (await ask("/directory?q=x", { headers })).headers.location;
  assert.equal(await to({ "accept-language": "en-US,en;q=0.9" }), "/en/directory?q=x");
  assert.equal(await to({ "accept-language": "ja,en;q=0.5" }), "/ja/directory?q=x");
  assert.equal(await to({ "accept-language": "fr" }), "/ja/directory?q=x");
});

test("odd queries, long words and broken bytes are answered calmly", async () => {
  const odd = [
    "/en/search?q=", "/en/search?q=%22", "/en/search?q=%22%22+AND+(", "/en/search?q=" + "a".repeat(5000), "/en/search?q=%F0%9F%A7%AC",
    "/en/search?q=%ff%fe", "/en/directory?q='%3B+DROP+TABLE+organization%3B--", "/en/directory?after=garbage", "/en/directory?kind=nothing",
    "/en/directory?kind=company&kind=company&kind=%00", "/en/directory?" + "fields=x&".repeat(500), "/en/agreements?after=%00", "/en/listings?side=both",
  ];
  for (const path of odd) {
    const { status } = await ask(path);
    assert.ok([200, 400, 404, 414, 422, 431].includes(status), `${path.slice(0, 80)}: ${status}`);
  }
});

test("a body that is too large is refused before it is read to the end", async () => {
  const jar = await signedIn("director");
  const answer = await ask("/en/organizations", { method: "POST", jar, form: { "name.en": "x".repeat(3_000_000) } }).catch((error) => error);
  // The server may close the connection while the rest is still being sent.
  assert.ok(answer.status === 413 || /EPIPE|ECONNRESET/.test(answer.code ?? ""), `${answer.status ?? answer}`);
});
