// The answer to whoever asks: signature first, then how the certificate stands. What could not be looked at answers
// 无法核验, never 有效. `generator/validity/asking.py` asks in the same order; tests/verify/cases.json holds the two
// to each other.

import { isSigned, message, NoKeyError, sha256 } from "./crypto.ts";
import { isCompromised, isValidOn, type Key, keyOf, point } from "./keys.ts";
import { readNumber } from "./number.ts";
import { decode, type Payload, signedParts } from "./payload.ts";
import { type Listed, listFault, NoListError, readList, type StatusList } from "./statuslist.ts";
import { type Bytes, MalformedError } from "./text.ts";
import { dayOf } from "./time.ts";

const DIGEST_DIGITS = 32;

/** The answers, in the words people read. */
export type Word = "有效" | "演示数据，非真实证书" | "已换发" | "已撤销" | "已停止公开" | "查无" | "无法核验";

/** Why: a mark for each reason; the words stand in reasons.ts. */
export type Mark =
  | "checked"
  | "by-number"
  | "replaced"
  | "revoked"
  | "withdrawn"
  | "altered"
  | "not-listed"
  | "different"
  | "malformed"
  | "other-address"
  | "number-malformed"
  | "number-mistyped"
  | "key-unknown"
  | "key-compromised"
  | "key-not-valid"
  | "dated-ahead"
  | "list-missing"
  | "list-unreadable"
  | "list-key-unknown"
  | "list-altered"
  | "list-elsewhere"
  | "list-stale"
  | "list-ahead"
  | "keys-missing"
  | "keys-unreadable"
  | "no-crypto"
  | "print-unknown"
  | "prints-missing"
  | "no-attachment"
  | "file-large"
  | "file-unread"
  | "file-other"
  | "file-several"
  | "failed";

/** One answer. `payload` is there only where the issuer's signature was found to be on it. */
export interface Answer {
  readonly word: Word;
  readonly mark: Mark;
  readonly no: string;
  readonly payload?: Payload;
  readonly successor: string;
}

/** Where and when somebody asks, and what is at hand; `fault` says why there is no list to be believed. */
export interface Asked {
  readonly keys: readonly Key[];
  readonly list: StatusList | undefined;
  readonly fault: Mark | undefined;
  readonly now: number;
}

/** An answer that says nothing of a certificate. */
export function unchecked(mark: Mark): Answer {
  return { word: "无法核验", mark, no: "", successor: "" };
}

/** Asked with a signed list as it was fetched, undefined where it could not be. */
export async function asked(
  line: string | undefined,
  keys: readonly Key[],
  baseUrl: string,
  now: number,
): Promise<Asked> {
  try {
    if (line === undefined) throw new NoListError("list-missing");
    const list = await readList(line, keys);
    return { keys, list, fault: listFault(list, baseUrl, now), now };
  } catch (error) {
    if (error instanceof NoListError) return { keys, list: undefined, fault: error.mark, now };
    throw error;
  }
}

/** The answer for what stands behind `#`; `token` is that of the page it was opened on, empty for none. */
export async function byText(text: string, at: Asked, token = ""): Promise<Answer> {
  let parts: { readonly payload: Bytes; readonly signature: Bytes };
  let said: Payload;
  try {
    parts = signedParts(text);
    said = decode(parts.payload);
  } catch (error) {
    if (error instanceof MalformedError) return unchecked("malformed");
    throw error;
  }
  const fault = await signatureFault(said, parts.payload, parts.signature, at);
  if (fault) return fault === "altered" ? { ...unchecked(fault), word: "查无" } : unchecked(fault);
  if (token && token !== said.token) return { ...unchecked("other-address"), payload: said, no: said.no };
  return standing(said.no, at, { said, digest: (await sha256(parts.payload)).slice(0, DIGEST_DIGITS) });
}

/** Why this is no proof, if there is a reason. */
async function signatureFault(
  said: Payload,
  raw: Bytes,
  signature: Bytes,
  at: Asked,
): Promise<Mark | undefined> {
  const key = keyOf(at.keys, said.key, "issuer");
  if (!key) return "key-unknown";
  if (isCompromised(key)) return "key-compromised";
  if (said.day > dayOf(at.now)) return "dated-ahead";
  if (!isValidOn(key, said.day)) return "key-not-valid";
  try {
    return (await isSigned(point(key), message(raw), signature)) ? undefined : "altered";
  } catch (error) {
    if (error instanceof NoKeyError) return "key-unknown";
    throw error;
  }
}

/**
 * The answer for a PDF: what is attached, and the sha256 of the file. `prints` gives the digests of what was printed
 * of a certificate, undefined where they cannot be had: then nobody can say that the file is as it was printed.
 */
export async function byFile(
  attached: string,
  digest: string,
  prints: (said: Payload) => Promise<readonly string[] | undefined>,
  at: Asked,
): Promise<Answer> {
  const answer = await byText(attached, at);
  // What no longer stands does not, in whatever file.
  if (answer.mark !== "checked" || !answer.payload) return answer;
  const printed = await prints(answer.payload);
  if (!printed) return { ...answer, word: "无法核验", mark: "prints-missing" };
  return printed.indexOf(digest) < 0 ? { ...answer, word: "查无", mark: "print-unknown" } : answer;
}

/** The answer for a number as typed: only that there is such a certificate, and how it stands. */
export function byNumber(typed: string, at: Asked): Answer {
  const read = readNumber(typed);
  return "fault" in read ? unchecked(read.fault) : standing(read.no, at);
}

interface Signed {
  readonly said: Payload;
  readonly digest: string;
}

function standing(no: string, at: Asked, signed?: Signed): Answer {
  const about = { no, successor: "", ...(signed ? { payload: signed.said } : {}) };
  if (at.fault || !at.list) return { ...about, word: "无法核验", mark: at.fault ?? "list-missing" };
  const found = at.list.find(no);
  if (!found) return { ...about, word: "查无", mark: "not-listed" };
  if (signed && found.state !== "withdrawn" && found.digest !== signed.digest) {
    return { ...about, word: "查无", mark: "different" };
  }
  return { ...about, ...stated(found, at.list.demo, signed !== undefined), successor: found.successor };
}

function stated(found: Listed, demo: boolean, signed: boolean): Pick<Answer, "word" | "mark"> {
  switch (found.state) {
    case "valid":
      return { word: demo ? "演示数据，非真实证书" : "有效", mark: signed ? "checked" : "by-number" };
    case "replaced":
      return { word: "已换发", mark: found.state };
    case "revoked":
      return { word: "已撤销", mark: found.state };
    case "withdrawn":
      return { word: "已停止公开", mark: found.state };
  }
}
