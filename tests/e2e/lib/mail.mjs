// An SMTP server on the loopback that keeps every mail as one line of JSON: { from, to, messageId, raw }.
import { appendFileSync, writeFileSync } from "node:fs";
import { SMTPServer } from "smtp-server";

export async function startMailSink(file) {
  writeFileSync(file, "");
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["AUTH", "STARTTLS"],
    disableReverseLookup: true,
    onData(stream, session, done) {
      const chunks = [];
      stream.on("data", (chunk) => chunks.push(chunk));
      stream.on("end", () => {
        const raw = Buffer.concat(chunks).toString("utf8");
        const messageId = /^message-id:\s*(\S+)/im.exec(raw)?.[1] ?? "";
        const { mailFrom, rcptTo } = session.envelope;
        appendFileSync(file, `${JSON.stringify({ from: mailFrom.address, to: rcptTo.map((one) => one.address), messageId, raw })}\n`);
        done();
      });
    },
  });
  server.on("error", () => {});
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: server.server.address().port, close: () => new Promise((resolve) => server.close(resolve)) };
}

/** The text part of a mail, decoded from quoted-printable or base64. */
export function textOf(raw) {
  const [head, ...rest] = raw.split(/\r?\n\r?\n/);
  const body = rest.join("\n\n");
  const boundary = /boundary="?([^";\r\n]+)"?/i.exec(head)?.[1];
  if (boundary) {
    const part = body.split(`--${boundary}`).find((one) => /content-type:\s*text\/plain/i.test(one)) ?? "";
    return textOf(part.trimStart());
  }
  if (/content-transfer-encoding:\s*base64/i.test(head)) return Buffer.from(body.replace(/\s+/g, ""), "base64").toString("utf8");
  if (/content-transfer-encoding:\s*quoted-printable/i.test(head)) {
    const bytes = body.replace(/=\r?\n/g, "").replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
    return Buffer.from(bytes, "latin1").toString("utf8");
  }
  return body;
}
