// One question from its beginning to its answer: gather keys and list, then number, address or file.

import { type Answer, type Asked, asked, byFile, byNumber, byText, unchecked } from "./answer.ts";
import { NoCryptoError, sha256 } from "./crypto.ts";
import { type Key, readKeys } from "./keys.ts";
import type { Payload } from "./payload.ts";
import { readPrints, signedText } from "./pdf.ts";
import type { Source } from "./sources.ts";
import { type Bytes, MalformedError, readJson } from "./text.ts";

const ADDRESS = /\/c\/([0-9a-z]{20,64})\/?#/;
const TEXT = /^[0-9A-Za-z_-]{60,}\./;

/** What is asked about: a number as typed, the text behind `#`, or a file's bytes. */
export type Question =
  | { readonly number: string }
  | { readonly text: string; readonly token: string }
  | { readonly file: Bytes };

/** An answer, and the list it rests on as far as one was believed. */
export interface Found {
  readonly answer: Answer;
  readonly at: Asked | undefined;
}

/** The question in what somebody typed or pasted: an address, what stands behind its `#`, or else a number. */
export function questionOf(typed: string): Question {
  const plain = typed.trim();
  const address = ADDRESS.exec(plain);
  const hash = plain.indexOf("#");
  if (hash >= 0) return { text: plain.slice(hash + 1), token: address?.[1] ?? "" };
  return TEXT.test(plain) ? { text: plain, token: "" } : { number: plain };
}

/** The answer. Never throws: what goes wrong is an answer too. */
export async function find(question: Question, source: Source, baseUrl: string): Promise<Found> {
  try {
    return await looked(question, source, baseUrl);
  } catch (error) {
    const mark = error instanceof NoCryptoError ? "no-crypto" : "failed";
    return { answer: unchecked(mark), at: undefined };
  }
}

async function looked(question: Question, source: Source, baseUrl: string): Promise<Found> {
  const [keysText, line] = await Promise.all([source.keys(), source.list()]);
  if (keysText === undefined) return { answer: unchecked("keys-missing"), at: undefined };
  const keys = await keysOf(keysText);
  if (!keys) return { answer: unchecked("keys-unreadable"), at: undefined };
  const at = await asked(line, keys, baseUrl, Date.now());
  return { answer: await answered(question, at, source), at };
}

async function keysOf(text: string): Promise<readonly Key[] | undefined> {
  try {
    return await readKeys(text);
  } catch (error) {
    if (error instanceof MalformedError) return undefined;
    throw error;
  }
}

function answered(question: Question, at: Asked, source: Source): Answer | Promise<Answer> {
  if ("number" in question) return byNumber(question.number, at);
  if ("text" in question) return byText(question.text, at, question.token);
  return ofFile(question.file, at, source);
}

async function ofFile(raw: Bytes, at: Asked, source: Source): Promise<Answer> {
  const found = signedText(raw);
  if ("fault" in found) return unchecked(found.fault);
  return byFile(found.text, await sha256(raw), (said) => printsOf(said, source), at);
}

async function printsOf(said: Payload, source: Source): Promise<readonly string[] | undefined> {
  const text = await source.prints(said.token);
  try {
    return text === undefined ? undefined : readPrints(readJson(text), said.no);
  } catch (error) {
    if (error instanceof MalformedError) return undefined;
    throw error;
  }
}
