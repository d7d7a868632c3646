// SHA-256 and ECDSA on P-256: the browser's own where it has them, a library's where it does not (a page opened
// without https, an old WebView). The library is only started when it is needed: it wants BigInt.

import { ascii, type Bytes, hex, joined } from "./text.ts";

/** Neither the browser nor the library can check signatures here. */
export class NoCryptoError extends Error {}

/** What is published is no point on the curve. */
export class NoKeyError extends Error {}

const HALF = 32;
const POINT_BYTES = 64;
// Half the order of the group (FIPS 186-4, D.1.2.3), rounded down.
const HALF_ORDER = bytes("7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8");

function bytes(digits: string): Bytes {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Whether a big-endian number is at most another of the same length. */
function atMost(one: Bytes, other: Bytes): boolean {
  for (let at = 0; at < one.length; at++) {
    const difference = (one[at] ?? 0) - (other[at] ?? 0);
    if (difference) return difference < 0;
  }
  return true;
}

/** Of (r, s) and (r, n - s), both good to the curve, only the lower is a signature. */
function isLow(signature: Bytes): boolean {
  return signature.length === 2 * HALF && atMost(signature.slice(HALF), HALF_ORDER);
}

function subtle(): SubtleCrypto | undefined {
  return typeof crypto === "object" ? crypto.subtle : undefined;
}

async function library(): Promise<typeof import("./fallback.ts")> {
  if (!("BigInt" in globalThis)) throw new NoCryptoError();
  return import("./fallback.ts");
}

/** The sha256 as 64 hexadecimal digits. */
export async function sha256(raw: Bytes): Promise<string> {
  const own = subtle();
  if (own) return hex(new Uint8Array(await own.digest("SHA-256", raw)));
  return hex((await library()).sha256(raw));
}

/**
 * Whether 64 bytes are the signature of this message by the key with this point (x and y, 64 bytes).
 *
 * Throws NoKeyError where the point is not on the curve, NoCryptoError where nothing here can tell.
 */
export async function isSigned(point: Bytes, message: Bytes, signature: Bytes): Promise<boolean> {
  const key = joined(new Uint8Array([4]), point);
  const own = subtle();
  if (!isLow(signature)) return false;
  if (!own || point.length !== POINT_BYTES) return (await library()).isSigned(key, message, signature);
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  let imported: CryptoKey;
  try {
    imported = await own.importKey("raw", key, algorithm, false, ["verify"]);
  } catch {
    return (await library()).isSigned(key, message, signature);
  }
  return own.verify({ name: "ECDSA", hash: "SHA-256" }, imported, signature, message);
}

const DOMAIN = ascii("siwu-certificate-v1\0");

/** What is signed of a payload: no signature made for something else is one of a certificate. */
export function message(payload: Bytes): Bytes {
  return joined(DOMAIN, payload);
}
