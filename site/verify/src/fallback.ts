// What browsers without WebCrypto use. Loaded when first called for.

import { p256 } from "@noble/curves/nist.js";
import { sha256 as digest } from "@noble/hashes/sha2.js";
import { NoKeyError } from "./crypto.ts";
import type { Bytes } from "./text.ts";

/** As in crypto.ts; the key is the whole uncompressed point, with its first byte 4. */
export function isSigned(key: Bytes, message: Bytes, signature: Bytes): boolean {
  try {
    p256.Point.fromBytes(key).assertValidity();
  } catch {
    throw new NoKeyError();
  }
  return p256.verify(signature, message, key, { format: "compact", lowS: true, prehash: true });
}

/** The sha256's 32 bytes. */
export function sha256(raw: Bytes): Bytes {
  return new Uint8Array(digest(raw));
}
