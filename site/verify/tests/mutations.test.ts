// Whatever is changed in a payload, its signature, the list or a file: the answer is never that all is well.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { zlibSync } from "fflate";
import { type Asked, asked, byText } from "../src/answer.ts";
import { message } from "../src/crypto.ts";
import { point, readKeys } from "../src/keys.ts";
import { decode } from "../src/payload.ts";
import { signedText } from "../src/pdf.ts";
import { type Bytes, joined, MalformedError, readBase64url } from "../src/text.ts";

const GOOD = new Set(["有效", "演示数据，非真实证书"]);
const said = JSON.parse(readFileSync(new URL("../../../tests/verify/cases.json", import.meta.url), "utf-8"));
const NOW = Date.parse("2022-11-21T09:00:00+08:00");
const one = said.cases.find((found: { name: string }) => found.name === "valid");
const keys = await readKeys(JSON.stringify(said.keys));
const line: string = said.lists.good;
const [payload = "", signature = ""] = (one.text as string).split(".");
const at = await here(line);
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=. %#\u0000王";

function here(listed: string): Promise<Asked> {
  return asked(listed, keys, one.base_url, NOW);
}

function written(raw: Uint8Array): string {
  return Buffer.from(raw).toString("base64url");
}

/** Numbers below a bound, the same at every run (mulberry32). */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

test("unchanged it is valid, so that the others show something", async () => {
  assert.ok(GOOD.has((await byText(`${payload}.${signature}`, at)).word));
});

test("no other byte anywhere in the payload", async () => {
  const raw = readBase64url(payload);
  for (let place = 0; place < raw.length; place++) {
    for (const flip of [1, 2, 16, 128, 255]) {
      const changed = raw.slice();
      changed[place] = (changed[place] ?? 0) ^ flip;
      const answer = await byText(`${written(changed)}.${signature}`, at);
      assert.ok(!GOOD.has(answer.word), `${place} ${flip}`);
    }
  }
});

test("no other byte anywhere in the signature", async () => {
  const raw = readBase64url(signature.slice(1));
  for (let place = 0; place < raw.length; place++) {
    for (let flip = 1; flip < 256; flip <<= 1) {
      const changed = raw.slice();
      changed[place] = (changed[place] ?? 0) ^ flip;
      const answer = await byText(`${payload}.S${written(changed)}`, at);
      assert.equal(answer.word, "查无", `${place} ${flip}`);
    }
  }
});

test("no other text: characters changed, taken out, put in, exchanged", async () => {
  const draw = chance(2022);
  for (let round = 0; round < 3000; round++) {
    const characters = Array.from(one.text as string);
    for (let times = draw(3); times >= 0; times--) {
      const place = draw(characters.length);
      const drawn = ALPHABET.charAt(draw(ALPHABET.length));
      characters.splice(place, draw(3), ...(draw(2) ? [drawn] : []));
    }
    const text = characters.join("");
    const answer = await byText(text, at);
    assert.ok(text === one.text || !GOOD.has(answer.word), text);
  }
});

test("random bytes are refused, and quickly", () => {
  const draw = chance(4);
  for (let round = 0; round < 5000; round++) {
    const raw = Uint8Array.from({ length: draw(120) }, () => draw(256));
    raw[0] = 1;
    assert.throws(() => decode(raw), MalformedError);
  }
});

test("no other character anywhere in the list", async () => {
  const draw = chance(7);
  for (let round = 0; round < 400; round++) {
    const place = draw(line.length);
    const drawn = ALPHABET.charAt(draw(ALPHABET.length));
    const changed = line.slice(0, place) + drawn + line.slice(place + 1);
    if (changed === line) continue;
    assert.equal((await byText(one.text, await here(changed))).word, "无法核验", `${place} ${drawn}`);
  }
});

// Files

function pdf(...bodies: readonly Uint8Array[]): Bytes {
  const parts = [Buffer.from("%PDF-1.7\n")];
  for (const body of bodies) {
    parts.push(
      Buffer.from(
        `9 0 obj\n<</Type /EmbeddedFile/Subtype /application#2foctet-stream/Length ${body.length}>>\nstream\n`,
      ),
      Buffer.from(body),
    );
    parts.push(Buffer.from("\nendstream\nendobj\n"));
  }
  return new Uint8Array(Buffer.concat(parts));
}

const ATTACHED = new TextEncoder().encode(`${one.text}\n`);

test("what is attached is read, deflated or not", () => {
  assert.deepEqual(signedText(pdf(ATTACHED)), { text: one.text });
  assert.deepEqual(signedText(pdf(zlibSync(ATTACHED))), { text: one.text });
  assert.deepEqual(signedText(pdf(new Uint8Array(9), zlibSync(ATTACHED), ATTACHED)), { text: one.text });
});

test("a file that is none, without one, or with two", () => {
  const other = new TextEncoder().encode(`${payload.slice(0, -2)}AA.${signature}`);
  assert.deepEqual(signedText(new Uint8Array(0)), { fault: "file-other" });
  assert.deepEqual(signedText(ATTACHED), { fault: "file-other" });
  assert.deepEqual(signedText(pdf()), { fault: "no-attachment" });
  assert.deepEqual(signedText(pdf(ATTACHED.slice(9))), { text: one.text.slice(9) });
  assert.deepEqual(signedText(pdf(new TextEncoder().encode("{}"))), { fault: "no-attachment" });
  assert.deepEqual(signedText(pdf(ATTACHED, other)), { fault: "file-several" });
  assert.deepEqual(signedText(new Uint8Array(20 * 1024 * 1024 + 1)), { fault: "file-large" });
});

test("hostile files end soon", () => {
  const bomb = deflateSync(Buffer.alloc(64 * 1024 * 1024));
  const bombs = Buffer.from(pdf(...Array.from({ length: 100 }, () => bomb)));
  const slashes = Buffer.alloc(20 * 1024 * 1024 - 9, "/EmbeddedFil");
  const began = performance.now();
  assert.deepEqual(signedText(new Uint8Array(bombs)), { fault: "no-attachment" });
  assert.deepEqual(signedText(new Uint8Array(Buffer.concat([Buffer.from("%PDF-1.7\n"), slashes]))), {
    fault: "no-attachment",
  });
  const draw = chance(9);
  for (let round = 0; round < 500; round++) {
    const raw = pdf(zlibSync(ATTACHED));
    for (let times = draw(8); times >= 0; times--) raw[draw(raw.length)] = draw(256);
    signedText(raw);
  }
  assert.ok(performance.now() - began < 3000);
});

test("a token short enough to be guessed", () => {
  const raw = Buffer.from(readBase64url(payload));
  const place = raw.indexOf("\u0002v1", 0, "latin1") + 3;
  assert.equal(raw[place], 20);
  const packed = raw.subarray(place + 1, place + 13);
  packed[11] = (packed[11] ?? 0) & 0xfe;
  const short = Buffer.concat([raw.subarray(0, place), Buffer.from([19]), packed, raw.subarray(place + 14)]);
  assert.throws(() => decode(new Uint8Array(short)), /20 位以上/);
});

test("the library too takes only the lower of two signatures", async () => {
  const { isSigned } = await import("../src/fallback.ts");
  const high = said.cases.find((found: { name: string }) => found.name === "high s");
  const key = keys.find(
    (found) => found.purpose === "issuer" && found.id === decode(readBase64url(payload)).key,
  );
  assert.ok(key);
  const whole = joined(new Uint8Array([4]), point(key));
  const signed = message(readBase64url(payload));
  assert.equal(isSigned(whole, signed, readBase64url(signature.slice(1))), true);
  assert.equal(isSigned(whole, signed, readBase64url(high.text.split(".")[1].slice(1))), false);
});
