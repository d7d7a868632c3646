// The published keys: who signs what, and when.

import { sha256 } from "./crypto.ts";
import { type Bytes, fields, MalformedError, readBase64, readJson } from "./text.ts";
import { isDay } from "./time.ts";

const PURPOSES = ["issuer", "status"] as const;
const COMPROMISED = "compromised";
const ES256 = "ES256";
// SubjectPublicKeyInfo of an uncompressed point on P-256 (RFC 5480).
const SPKI = /^MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE[0-9A-Za-z+/]{86}==$/;
const SPKI_START = 27;
const ID_DIGITS = 8;
const FIELDS = ["id", "purpose", "algorithm", "public", "from", "until", "reason"];

/** One key; `until` is its last day, empty while it has none. */
export interface Key {
  readonly id: string;
  readonly purpose: (typeof PURPOSES)[number];
  readonly algorithm: typeof ES256;
  readonly public: string;
  readonly from: string;
  readonly until: string;
  readonly reason: string;
}

/** The keys of verify/keys.json. Throws MalformedError for anything else, were it one key of many. */
export async function readKeys(text: string): Promise<readonly Key[]> {
  const said = fields(readJson(text)) ?? {};
  const listed = said.keys;
  if (!Array.isArray(listed) || Object.keys(said).length !== 1) throw new MalformedError("不是密钥清单");
  return Promise.all(listed.map(readKey));
}

async function readKey(value: unknown): Promise<Key> {
  const said = fields(value) ?? {};
  const names = Object.keys(said);
  const texts = names.every((name) => FIELDS.indexOf(name) >= 0 && typeof said[name] === "string");
  const text = (name: string): string => String(said[name] ?? "");
  const purpose = PURPOSES.find((one) => one === text("purpose"));
  const days = isDay(text("from")) && (said.until === undefined || isDay(text("until")));
  const named = text("id") === (await keyId(text("public")));
  if (!texts || !purpose || !days || !named || text("algorithm") !== ES256) {
    throw new MalformedError("公布的密钥不合规定");
  }
  return {
    id: text("id"),
    purpose,
    algorithm: ES256,
    public: text("public"),
    from: text("from"),
    until: text("until"),
    reason: text("reason"),
  };
}

/** The first 8 hexadecimal digits of the sha256 of a key's SubjectPublicKeyInfo; empty for what is none. */
async function keyId(published: string): Promise<string> {
  return SPKI.test(published) ? (await sha256(readBase64(published))).slice(0, ID_DIGITS) : "";
}

/** The published key of this id that may sign this. */
export function keyOf(keys: readonly Key[], id: string, purpose: Key["purpose"]): Key | undefined {
  return keys.find((key) => key.id === id && key.purpose === purpose);
}

/** A key in other hands proves nothing, whatever the date. */
export function isCompromised(key: Key): boolean {
  return key.reason === COMPROMISED;
}

/** Whether what this key signs of this day is proof. */
export function isValidOn(key: Key, day: string): boolean {
  return !isCompromised(key) && key.from <= day && (!key.until || day <= key.until);
}

/** The point's x and y, 64 bytes. */
export function point(key: Key): Bytes {
  return readBase64(key.public).slice(SPKI_START);
}
