/** Shorter ones are words that stand in any text. */
const secretLengthMin = 8;
const placeholder = "⟨own-secret:1⟩";

/**
 * What a request carries to say who asks, in the forms in which a server may repeat it: as it is, as part of JSON or of an address, and packed as base64.
 * The gate knows secrets by their shape, and the password of a Loki has none.
 */
export function secretsIn(sent: {
  readonly authorization: string | null;
  readonly apiKey: string | null;
}): readonly string[] {
  const [scheme = "", value = ""] = (sent.authorization ?? "").split(/\s+(.*)/s);
  const login = /^basic$/i.test(scheme) ? Buffer.from(value, "base64").toString("utf8") : "";
  const password = login.slice(login.indexOf(":") + 1);
  const secrets = [value, login, password, sent.apiKey ?? ""];
  const forms = secrets.flatMap((secret) => [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    Buffer.from(secret).toString("base64"),
  ]);
  // The longest first: one may be a part of another.
  return [...new Set(forms)].filter((form) => form.length >= secretLengthMin).sort((a, b) => b.length - a.length);
}

/** An answer without what was sent to ask for it. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => (rest.includes(secret) ? rest.replaceAll(secret, placeholder) : rest), text);
}

/** The same for an answer in which every length counts: each secret becomes as many asterisks, in place. */
export function overwriteSecrets(body: Buffer, secrets: readonly string[]): Buffer {
  for (const secret of secrets.map((each) => Buffer.from(each))) {
    for (let at = body.indexOf(secret); at !== -1; at = body.indexOf(secret, at))
      body.fill("*", at, at + secret.length);
  }
  return body;
}
