// Bytes and text. Of base64url only the one text is read that writing would give: no padding, no bits left over.

export type Bytes = Uint8Array<ArrayBuffer>;

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const VALUES = new Int8Array(128).fill(-1);
for (let value = 0; value < ALPHABET.length; value++) VALUES[ALPHABET.charCodeAt(value)] = value;

/** What somebody gave is not what it should be; the message says why, in Chinese. */
export class MalformedError extends Error {}

/** The bytes of base64url text. Throws MalformedError. */
export function readBase64url(text: string): Bytes {
  const spare = text.length % 4;
  if (spare === 1) throw new MalformedError("有不该有的字符，或不完整");
  const raw = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let index = 0; index < text.length; index++) {
    const value = VALUES[text.charCodeAt(index)] ?? -1;
    if (value < 0) throw new MalformedError("有不该有的字符，或不完整");
    bits = ((bits << 6) | value) & 0xffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      raw[at++] = (bits >> held) & 0xff;
    }
  }
  if (bits & ((1 << held) - 1)) throw new MalformedError("不是规定的写法");
  return raw;
}

/** Standard base64 with padding, as published keys have it. Throws MalformedError. */
export function readBase64(text: string): Bytes {
  const bare = text.replace(/={1,2}$/, "");
  if (text.length % 4 || /[-_]/.test(bare)) throw new MalformedError("不是规定的写法");
  return readBase64url(bare.replace(/\+/g, "-").replace(/\//g, "_"));
}

/** Text of UTF-8 bytes. Throws MalformedError for any others. */
export function readUtf8(raw: Bytes): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw);
  } catch {
    throw new MalformedError("文字读不出来");
  }
}

/** Bytes of a text of ASCII characters. */
export function ascii(text: string): Bytes {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Lower-case hexadecimal. */
export function hex(raw: Bytes): string {
  return Array.from(raw, (byte) => `0${byte.toString(16)}`.slice(-2)).join("");
}

/** Two byte strings, one after the other. */
export function joined(one: Bytes, other: Bytes): Bytes {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

/** What JSON says. Throws MalformedError for what is none. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new MalformedError("不是 JSON");
  }
}

export type Fields = { readonly [name: string]: unknown };

/** An object's own fields, or undefined for anything but an object. */
export function fields(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}
