// A real OpenID provider (npm oidc-provider) on the loopback for tests. One client; anybody who types an address of the
// list below and any password is that person. `node oidc-provider.mjs CALLBACK` prints one line of JSON
// {"issuer","clientId","clientSecret"} and serves until it is stopped.
import Provider from "oidc-provider";
import { createServer } from "node:http";
import { once } from "node:events";

const PEOPLE = {
  // The address of a sample account, verified: opens that account.
  "member@example.jp": { email: "member@example.jp", email_verified: true, name: "水城 ひかり" },
  // The same address, but the provider has not verified it: must not open anything.
  "unverified": { email: "director@example.jp", email_verified: false, name: "Nobody Verified" },
  // Somebody whom the hub does not know.
  "stranger@elsewhere.example": { email: "stranger@elsewhere.example", email_verified: true, name: "Sam Stranger" },
};

export async function startProvider({ callback }) {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const client = { client_id: "musubi", client_secret: "loopback-only", redirect_uris: [callback], grant_types: ["authorization_code"], response_types: ["code"] };
  const provider = quietly(() => new Provider(issuer, {
    clients: [client],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    // Put into the ID token as well, as most campus providers do.
    conformIdTokenClaims: false,
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...PEOPLE[id] }) }),
    pkce: { required: () => true },
    features: { devInteractions: { enabled: true } },
    cookies: { keys: ["loopback"] },
    ttl: { Session: 600, Grant: 600, Interaction: 600, AccessToken: 600, IdToken: 600 },
  }));
  server.on("request", provider.callback());
  return { issuer, clientId: client.client_id, clientSecret: client.client_secret, close: () => { server.closeAllConnections(); server.close(); } };
}

/** The library warns about development settings, which is what these are. */
function quietly(work) {
  const { warn, info } = console;
  console.warn = console.info = () => {};
  try { return work(); } finally { Object.assign(console, { warn, info }); }
}

if (process.argv[1] === import.meta.filename) {
  const { issuer, clientId, clientSecret } = await startProvider({ callback: process.argv[2] ?? "http://localhost:8080/oidc/campus/callback" });
  console.log(JSON.stringify({ issuer, clientId, clientSecret }));
}
