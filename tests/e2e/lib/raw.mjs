// Requests that no HTTP library would send: bytes on a socket, streams without end, clients that hardly move.
import { readFileSync } from "node:fs";
import net from "node:net";
import { once } from "node:events";
import { base } from "./web.mjs";

/** An open connection; what comes is kept in `socket.text`, and `socket.ended` says that the server closed it. */
export async function connect(at = base) {
  const socket = net.connect(Number(new URL(at).port), "127.0.0.1");
  socket.text = "";
  socket.ended = false;
  socket.setEncoding("latin1");
  socket.setMaxListeners(0);
  socket.on("data", (chunk) => { socket.text += chunk; });
  socket.on("error", () => {});
  socket.on("close", () => { socket.ended = true; });
  socket.on("end", () => { socket.ended = true; });
  await once(socket, "connect");
  return socket;
}

/** Sends bytes as they are and returns everything that comes until the server closes. `quiet` closes our side after so
 * many milliseconds without a byte, for servers that wait for more. */
export async function raw(bytes, { at = base, quiet = 1_500 } = {}) {
  const socket = await connect(at);
  socket.setTimeout(quiet, () => socket.destroy());
  socket.write(bytes, "latin1");
  if (!socket.ended) await once(socket, "close");
  return socket.text;
}

/** Status codes of the answers in a text, in order. */
export const statuses = (text) => [...text.matchAll(/^HTTP\/1\.[01] (\d{3})/gm)].map(([, status]) => Number(status));

/** Sends a head and then a body of `bytes` bytes for as long as the server takes it: `{ sent, status, closed }`. */
export async function stream(head, bytes, { at = base, chunked = false, first = "", onChunk = () => {} } = {}) {
  const socket = await connect(at);
  const piece = Buffer.alloc(1 << 20, "x");
  socket.write(head, "latin1");
  let sent = 0;
  const put = (data) => socket.write(chunked ? Buffer.concat([Buffer.from(`${data.length.toString(16)}\r\n`), data, Buffer.from("\r\n")]) : data);
  if (first) { put(Buffer.from(first)); sent += first.length; }
  while (sent < bytes && !socket.ended && !socket.destroyed && !socket.text) {
    const part = piece.subarray(0, Math.min(piece.length, bytes - sent));
    // A server that stopped reading is told by silence: then its answer, or its end, is what comes next.
    if (!put(part)) await Promise.race([once(socket, "drain"), once(socket, "data"), once(socket, "close")]).catch(() => {});
    sent += part.length;
    onChunk();
  }
  if (!socket.text && !socket.ended) await Promise.race([once(socket, "data"), once(socket, "close")]).catch(() => {});
  const status = statuses(socket.text)[0] ?? null;
  socket.destroy();
  return { sent, status };
}

/** Resident memory of a process in MiB (Linux). */
export function resident(pid) {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(line[1]) / 1024;
}

/** A `multipart/form-data` body; `name` is put into the head of the file as it is, byte by byte. */
export function multipart(fields, { name = "a.txt", bytes = "text", boundary = "edge" } = {}) {
  const parts = Object.entries(fields).map(([field, value]) => Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${field}"\r\n\r\n${value}\r\n`));
  const head = Buffer.concat([Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="`), Buffer.from(name, "latin1"), Buffer.from('"\r\n\r\n')]);
  return {
    headers: { "content-type": `multipart/form-data; boundary=${boundary}` },
    body: Buffer.concat([...parts, head, Buffer.from(bytes), Buffer.from(`\r\n--${boundary}--\r\n`)]),
  };
}
