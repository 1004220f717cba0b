// HTTP without a browser: requests as they are, with a cookie jar when asked.
import http from "node:http";

export const base = process.env.MUSUBI_TEST_BASE ?? "http://localhost:8080";
export const engine = process.env.MUSUBI_TEST_ENGINE ?? "sqlite";
export const PASSWORD = "musubi-sample";

/** One request. `form` and `json` become bodies. Redirects are not followed; compressed answers stay compressed. */
export function ask(path, { method = "GET", headers = {}, form, json, body, jar, at = base } = {}) {
  const url = new URL(at);
  let payload = body;
  const sent = { host: url.host, ...headers };
  if (form) { payload = new URLSearchParams(form).toString(); sent["content-type"] ??= "application/x-www-form-urlencoded"; }
  if (json !== undefined) { payload = JSON.stringify(json); sent["content-type"] ??= "application/json"; }
  if (jar?.size) sent.cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
  if (payload !== undefined) sent["content-length"] = Buffer.byteLength(payload);
  return new Promise((resolve, reject) => {
    const request = http.request({ host: "127.0.0.1", port: url.port, method, path, headers: sent, agent: false }, (answer) => {
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => {
        for (const line of answer.headers["set-cookie"] ?? []) {
          const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
          if (jar && name) { if (value === "" || /max-age=0/i.test(line)) jar.delete(name); else jar.set(name, value); }
        }
        const bytes = Buffer.concat(chunks);
        resolve({ status: answer.statusCode, headers: answer.headers, bytes, text: bytes.toString("utf8"), json: () => JSON.parse(bytes.toString("utf8")) });
      });
    });
    request.on("error", reject);
    request.setTimeout(30_000, () => request.destroy(new Error(`no answer from ${method} ${path} in 30 s`)));
    request.end(payload);
  });
}

/** A jar with the session of a sample account. */
export async function signedIn(name, at = base) {
  const jar = new Map();
  const answer = await ask("/en/sign-in", { method: "POST", form: { email: `${name}@example.jp`, password: PASSWORD, next: "/desk" }, jar, at });
  if (answer.status !== 303 && answer.status !== 302) throw new Error(`sign-in of ${name}: ${answer.status}\n${answer.text.slice(0, 2000)}`);
  return jar;
}

/** Addresses in a page that match. */
export function links(html, pattern) {
  const found = [...html.matchAll(/href="([^"]+)"/g)].map(([, href]) => href.replaceAll("&amp;", "&"));
  return [...new Set(found.filter((href) => pattern.test(href)))];
}
