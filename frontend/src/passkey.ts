// Passkeys: the two things that only a browser can do, making a key and using one. Loaded by the pages that need it.
import { t } from "./dom";

/** WebAuthn speaks bytes, JSON speaks base64url (RFC 4648 5). */
const bytes = (text: string): Uint8Array<ArrayBuffer> => {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
};
const text = (buffer: ArrayBuffer | null): string | null =>
  buffer && btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

interface Begun<Options> { ceremony: string; options: { publicKey: Options } }
interface Named { id: string }

async function post<Answer>(address: string, body: unknown): Promise<Answer> {
  const answer = await fetch(address, {
    method: "POST", headers: { "content-type": "application/json", accept: "application/json" }, body: JSON.stringify(body),
  });
  const json = (await answer.json()) as Answer & { detail?: string };
  if (!answer.ok) throw new Error(json.detail ?? String(answer.status));
  return json;
}

const ids = (list: Named[] | undefined): PublicKeyCredentialDescriptor[] =>
  (list ?? []).map((entry) => ({ ...entry, type: "public-key", id: bytes(entry.id) }));

const common = (credential: PublicKeyCredential) => ({
  id: credential.id, rawId: text(credential.rawId), type: credential.type, extensions: credential.getClientExtensionResults(),
});

async function make(base: string, label: string): Promise<string> {
  type Options = Omit<PublicKeyCredentialCreationOptions, "challenge" | "user" | "excludeCredentials"> & { challenge: string; user: Named & { name: string; displayName: string }; excludeCredentials?: Named[] };
  const begun = await post<Begun<Options>>(`${base}/start`, {});
  const options = begun.options.publicKey;
  const publicKey: PublicKeyCredentialCreationOptions = {
    ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) }, excludeCredentials: ids(options.excludeCredentials),
  };
  const credential = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
  const response = credential.response as AuthenticatorAttestationResponse;
  const made = { ...common(credential), response: { attestationObject: text(response.attestationObject), clientDataJSON: text(response.clientDataJSON) } };
  return (await post<{ next: string }>(`${base}/finish`, { ceremony: begun.ceremony, credential: made, label })).next;
}

async function use(base: string, next: string): Promise<string> {
  type Options = Omit<PublicKeyCredentialRequestOptions, "challenge" | "allowCredentials"> & { challenge: string; allowCredentials?: Named[] };
  const begun = await post<Begun<Options>>(`${base}/start`, {});
  const options = begun.options.publicKey;
  const publicKey: PublicKeyCredentialRequestOptions = { ...options, challenge: bytes(options.challenge), allowCredentials: ids(options.allowCredentials) };
  const credential = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
  const response = credential.response as AuthenticatorAssertionResponse;
  const answer = {
    ...common(credential),
    response: {
      authenticatorData: text(response.authenticatorData), clientDataJSON: text(response.clientDataJSON),
      signature: text(response.signature), userHandle: text(response.userHandle),
    },
  };
  return (await post<{ next: string }>(`${base}/finish`, { ceremony: begun.ceremony, credential: answer, next })).next;
}

/** Runs one ceremony and says what went wrong, in words; whoever closes the dialog has just changed their mind. */
async function run(element: HTMLElement, ceremony: () => Promise<string>): Promise<void> {
  const says = element.parentElement?.querySelector<HTMLElement>("[data-passkey-says]");
  if (says) says.hidden = true;
  try {
    location.assign(await ceremony());
  } catch (error) {
    const gaveUp = error instanceof DOMException && (error.name === "NotAllowedError" || error.name === "AbortError");
    const known = error instanceof DOMException && error.name === "InvalidStateError";
    if (!says) return;
    says.textContent = gaveUp ? t("中断しました。もう一度お試しください。", "Stopped. Please try again.")
      : known ? t("この端末のパスキーはすでに登録されています。", "This device already has a passkey here.")
        : error instanceof Error ? error.message : String(error);
    says.hidden = false;
  }
}

if (window.PublicKeyCredential) {
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-passkey]")) {
    button.hidden = false;
    button.onclick = () => void run(button, () => use(button.dataset["passkey"] ?? "", button.dataset["next"] ?? ""));
  }
  for (const form of document.querySelectorAll<HTMLFormElement>("[data-passkey-new]")) {
    form.hidden = false;
    form.onsubmit = (event) => {
      event.preventDefault();
      void run(form, () => make(form.dataset["passkeyNew"] ?? "", String(new FormData(form).get("label") ?? "")));
    };
  }
}
