// The signed text attached to a certificate's PDF. The file is not parsed as PDF readers do: whatever stands in it
// only names a certificate; whether this very file was printed for it, the digest of all its bytes tells.

import { unzlibSync } from "fflate";
import { type Bytes, fields, MalformedError } from "./text.ts";

const MOST_BYTES = 20 * 1024 * 1024;
// Payload, dot and signature take less than this, inflated or not.
const MOST_TEXT = 2048;
const MOST_ATTACHED = 32;
const SIGNED = /^[0-9A-Za-z_-]{40,804}\.S[0-9A-Za-z_-]{86}$/;

export type Found =
  | { readonly text: string }
  | { readonly fault: "file-large" | "file-other" | "no-attachment" | "file-several" };

/** The one signed text attached to a PDF. Reads each byte a bounded number of times, whatever they are. */
export function signedText(raw: Bytes): Found {
  if (raw.length > MOST_BYTES) return { fault: "file-large" };
  if (positions(raw.subarray(0, 1024), "%PDF-", 1).length === 0) return { fault: "file-other" };
  const texts = new Set<string>();
  for (const at of positions(raw, "/EmbeddedFile", MOST_ATTACHED)) {
    const text = attached(raw, at);
    if (text !== undefined) texts.add(text);
  }
  const [text] = texts;
  if (text === undefined) return { fault: "no-attachment" };
  return texts.size > 1 ? { fault: "file-several" } : { text };
}

/** Whether a file of so many bytes is read at all. */
export function isReadable(size: number): boolean {
  return size <= MOST_BYTES;
}

/** The signed text in the stream whose dictionary holds this place; undefined where it is none. */
function attached(raw: Bytes, place: number): string | undefined {
  // A dictionary may hold the word too (application/octet-stream): the stream's own ends its line.
  const begins = positions(raw.subarray(place, place + MOST_TEXT), "stream", MOST_ATTACHED);
  const ends = begins.map((begin) => place + begin + "stream".length);
  let start = ends.find((at) => raw[at] === 13 || raw[at] === 10);
  if (start === undefined) return undefined;
  if (raw[start] === 13) start++;
  if (raw[start] === 10) start++;
  const body = raw.subarray(start, start + MOST_TEXT);
  const [end] = positions(body, "endstream", 1);
  const text = latin(inflated(body) ?? body.subarray(0, end ?? body.length)).trim();
  return SIGNED.test(text) ? text : undefined;
}

/** What zlib makes of these bytes; undefined where it makes nothing. */
function inflated(body: Bytes): Uint8Array | undefined {
  try {
    return unzlibSync(body).subarray(0, MOST_TEXT);
  } catch {
    return undefined;
  }
}

function latin(raw: Uint8Array): string {
  return String.fromCharCode(...raw);
}

/** Where an ASCII word begins, the first so many times. */
function positions(raw: Uint8Array, word: string, most: number): readonly number[] {
  const wanted = Array.from(word, (character) => character.charCodeAt(0));
  const [first = 0] = wanted;
  const found: number[] = [];
  let at = raw.indexOf(first);
  while (at >= 0 && found.length < most) {
    if (wanted.every((byte, offset) => raw[at + offset] === byte)) found.push(at);
    at = raw.indexOf(first, at + 1);
  }
  return found;
}

/** The sha256 digests of all prints of a number, of a prints.json. Throws MalformedError. */
export function readPrints(value: unknown, no: string): readonly string[] {
  const said = fields(value) ?? {};
  if (!Array.isArray(said.prints)) throw new MalformedError("不是打印记录");
  const digests = said.prints.map((print) => fields(print)?.sha256);
  if (!digests.every(isDigest)) throw new MalformedError("不是打印记录");
  return said.no === no ? digests : [];
}

function isDigest(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}
