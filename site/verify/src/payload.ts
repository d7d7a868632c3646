// What is signed of a certificate. `generator/signature/payload.py` describes the bytes; both refuse every other
// encoding, each in its own code, so that one's mistake is not the other's.

import { checkCharacter, numberParts } from "./number.ts";
import { type Bytes, hex, MalformedError, readBase64url } from "./text.ts";

const VERSION = 1;
const KEY_BYTES = 4;
const MOST_BYTES = 600;
const MOST_CHARACTERS = (MOST_BYTES * 4) / 3 + 4;
const SIGNATURE_BYTES = 64;
const SIGNATURE_MARK = "S";
const FIRST_YEAR = 2000;
const TOKEN_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const DAY = 86400000;

const SLUG = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const COMPATIBILITY_IDEOGRAPH = /[\uf900-\ufaff\u{2f800}-\u{2fa1f}]/u;
// The table of generator/text.py: what nobody sees, means nothing elsewhere, or would end a line.
const LOUD =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: one character at a time
  /[\0-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\u{1fffe}\u{1ffff}\u{2a6e0}-\u{2a6ff}\u{2ee60}-\u{2f7ff}\u{2fa20}-\u{2ffff}\u{33480}-\u{10ffff}]/u;

/** One certificate as its issuer signed it; `day` is YYYY-MM-DD, `key` the id of the key. */
export interface Payload {
  readonly no: string;
  readonly name: string;
  readonly unit: string;
  readonly day: string;
  readonly classId: string;
  readonly layout: string;
  readonly token: string;
  readonly key: string;
}

/** Payload and signature of what stands behind `#`. Throws MalformedError. */
export function signedParts(text: string): { readonly payload: Bytes; readonly signature: Bytes } {
  const dot = text.indexOf(".");
  if (dot < 0) throw new MalformedError("不是证书的签名内容：中间应有一个点");
  return { payload: readPayload(text.slice(0, dot)), signature: readSignature(text.slice(dot + 1)) };
}

function readPayload(text: string): Bytes {
  if (text.length > MOST_CHARACTERS) throw new MalformedError("有不该有的字符，或不完整");
  return readBase64url(text);
}

function readSignature(text: string): Bytes {
  const raw = text.charAt(0) === SIGNATURE_MARK ? readPayload(text.slice(1)) : new Uint8Array(0);
  if (raw.length !== SIGNATURE_BYTES) throw new MalformedError("签名不完整，或不是本系统的签名");
  return raw;
}

/** The payload of these bytes. Throws MalformedError for any but those that `encode` makes. */
export function decode(raw: Bytes): Payload {
  if (raw.length > MOST_BYTES) {
    throw new MalformedError(`签名内容有 ${raw.length} 字节，最多 ${MOST_BYTES} 字节`);
  }
  const reader = new Reader(raw);
  const version = reader.number(1);
  if (version !== VERSION) {
    throw new MalformedError(`签名内容是第 ${version} 版，本程序只认第 ${VERSION} 版`);
  }
  const payload = {
    key: hex(reader.take(KEY_BYTES)),
    no: readNumber(reader),
    day: new Date(Date.UTC(FIRST_YEAR, 0, 1) + reader.number(2) * DAY).toISOString().slice(0, 10),
    classId: reader.ascii(),
    layout: reader.ascii(),
    token: readToken(reader),
    name: reader.wide(),
    unit: reader.wide(),
  };
  reader.end();
  judge(payload);
  return payload;
}

function judge(payload: Payload): void {
  judgeSlug("班次编号", payload.classId);
  judgeSlug("版式", payload.layout);
  if (payload.token.length < 20 || payload.token.length > 64) {
    throw new MalformedError("查验码应是 20 位以上的数字和小写字母（不含 i、l、o、u）");
  }
  judgeText("姓名", payload.name, 40);
  judgeText("单位", payload.unit, 60);
}

function judgeSlug(what: string, slug: string): void {
  if (slug.length < 1 || slug.length > 60 || !SLUG.test(slug)) {
    throw new MalformedError(`${what}只能是小写字母、数字和连字符`);
  }
}

function judgeText(what: string, text: string, most: number): void {
  const length = Array.from(text).length;
  if (length < 1 || length > most) {
    throw new MalformedError(`${what}有 ${length} 个字，应在 1 到 ${most} 个之间`);
  }
  if (LOUD.test(text) || text !== text.trim()) {
    throw new MalformedError(`${what}有看不见的字符、自造字，或首尾有空格`);
  }
  if (!COMPATIBILITY_IDEOGRAPH.test(text) && text !== text.normalize("NFC")) {
    throw new MalformedError(`${what}的写法不是统一的 Unicode 形式（NFC）`);
  }
}

function readNumber(reader: Reader): string {
  const prefix = reader.ascii();
  const year = FIRST_YEAR + reader.number(1);
  const site = String.fromCharCode(...reader.take(2));
  const serial = reader.number(2);
  const body = `${prefix}-42-${year}-${site}-${serial > 999 ? serial : `000${serial}`.slice(-4)}`;
  if (!numberParts(body)) throw new MalformedError("证书编号不合规定，或校验位不对");
  return `${body}-${checkCharacter(body)}`;
}

function readToken(reader: Reader): string {
  const length = reader.number(1);
  const raw = reader.take(Math.ceil((length * 5) / 8));
  let token = "";
  let bits = 0;
  let held = 0;
  for (const byte of raw) {
    bits = ((bits << 8) | byte) & 0xffff;
    held += 8;
    while (held >= 5 && token.length < length) {
      held -= 5;
      token += TOKEN_ALPHABET.charAt((bits >> held) & 31);
    }
  }
  if (bits & ((1 << held) - 1)) throw new MalformedError("查验码后面有多余的内容");
  return token;
}

/** Bytes taken one part after another; asking for more than there is, or leaving some, is malformed. */
class Reader {
  private readonly raw: Bytes;
  private at = 0;

  constructor(raw: Bytes) {
    this.raw = raw;
  }

  take(count: number): Bytes {
    if (this.at + count > this.raw.length) throw new MalformedError("签名内容不完整");
    this.at += count;
    return this.raw.slice(this.at - count, this.at);
  }

  number(size: number): number {
    return this.take(size).reduce((value, byte) => value * 256 + byte, 0);
  }

  ascii(): string {
    const raw = this.take(this.number(1));
    if (raw.some((byte) => byte > 127)) throw new MalformedError("签名内容的编号里有不该有的字符");
    return String.fromCharCode(...raw);
  }

  wide(): string {
    const raw = this.take(2 * this.number(1));
    const units = Array.from(
      { length: raw.length / 2 },
      (_, at) => (raw[2 * at] ?? 0) * 256 + (raw[2 * at + 1] ?? 0),
    );
    // Half a character is among what judgeText refuses.
    return String.fromCharCode(...units);
  }

  end(): void {
    if (this.at !== this.raw.length) throw new MalformedError("签名内容后面有多余的内容");
  }
}
