// The page answers what generator/validity answers: one file of cases holds both.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type Answer, type Asked, asked, byFile, byNumber, byText, unchecked } from "../src/answer.ts";
import { readKeys } from "../src/keys.ts";
import { readPrints } from "../src/pdf.ts";
import { REASONS } from "../src/reasons.ts";

interface Case {
  readonly name: string;
  readonly text?: string;
  readonly number?: string;
  readonly file?: { readonly sha256: string; readonly attached: string | null };
  readonly prints?: unknown;
  readonly list: string;
  readonly now: string;
  readonly base_url: string;
  readonly token: string;
  readonly expected: unknown;
}

interface Cases {
  readonly reasons: Readonly<Record<string, string>>;
  readonly keys: unknown;
  readonly lists: Readonly<Record<string, string | null>>;
  readonly cases: readonly Case[];
}

const said = JSON.parse(
  readFileSync(new URL("../../../tests/verify/cases.json", import.meta.url), "utf-8"),
) as Cases;
const keys = await readKeys(JSON.stringify(said.keys));

async function answered(one: Case, at: Asked): Promise<Answer> {
  if (one.text !== undefined) return byText(one.text, at, one.token);
  if (one.number !== undefined) return byNumber(one.number, at);
  const attached = one.file?.attached;
  if (typeof attached !== "string") return unchecked("no-attachment");
  const prints = (no: string) => (one.prints ? readPrints(one.prints, no) : undefined);
  return byFile(attached, one.file?.sha256 ?? "", async (payload) => prints(payload.no), at);
}

function written(answer: Answer): unknown {
  const payload = answer.payload;
  return {
    answer: answer.word,
    reason: answer.mark,
    no: answer.no,
    successor: answer.successor,
    payload: payload
      ? {
          name: payload.name,
          unit: payload.unit,
          date: payload.day,
          class: payload.classId,
          layout: payload.layout,
          token: payload.token,
          key: payload.key,
        }
      : null,
  };
}

function without(name: string, work: () => Promise<void>): () => Promise<void> {
  return async () => {
    const own = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, { value: {}, configurable: true });
    try {
      await work();
    } finally {
      Object.defineProperty(globalThis, name, own ?? {});
    }
  };
}

assert.ok(said.cases.length > 100);
for (const one of said.cases) {
  const work = async () => {
    const line = said.lists[one.list];
    assert.notEqual(line, undefined);
    const at = await asked(line ?? undefined, keys, one.base_url, Date.parse(one.now));
    assert.deepEqual(written(await answered(one, at)), one.expected);
  };
  test(one.name, work);
  test(`${one.name}, in a browser without WebCrypto`, without("crypto", work));
}

test("the reasons are the same words", () => {
  for (const [mark, words] of Object.entries(said.reasons)) {
    assert.equal((REASONS as Readonly<Record<string, string>>)[mark], words, mark);
  }
});
