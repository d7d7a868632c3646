// How certificates stand: one signed line (RFC 7515, compact) for all of them, believed until a stated time.

import type { Mark } from "./answer.ts";
import { isSigned, NoKeyError } from "./crypto.ts";
import { isValidOn, type Key, keyOf, point } from "./keys.ts";
import { ascii, type Fields, fields, MalformedError, readBase64url, readJson, readUtf8 } from "./text.ts";
import { dayOf, readMoment } from "./time.ts";

const VERSION = 1;
const TYPE = "siwu-status+jwt";
const LONGEST = 64 * 1024 * 1024;
const LONGEST_HEADER = 400;
const FIELDS = ["version", "issuer", "base_url", "demo", "made", "valid_until", "certificates"];
// State and how many texts follow it.
const FOLLOWING = { valid: 1, replaced: 2, revoked: 1, withdrawn: 0 } as const;

export type State = keyof typeof FOLLOWING;

/** How one number stands; `digest` is empty once withdrawn, `successor` the number that took its place. */
export interface Listed {
  readonly state: State;
  readonly digest: string;
  readonly successor: string;
}

/** The list, its signature found right. Times in milliseconds. */
export interface StatusList {
  readonly issuer: string;
  readonly baseUrl: string;
  readonly demo: boolean;
  readonly made: number;
  readonly validUntil: number;
  readonly find: (no: string) => Listed | undefined;
}

/** No list to be believed. */
export class NoListError extends Error {
  readonly mark: Mark;

  constructor(mark: Mark) {
    super(mark);
    this.mark = mark;
  }
}

/** The list of a signed line. Throws NoListError unless a published status key signed exactly this. */
export async function readList(line: string, keys: readonly Key[]): Promise<StatusList> {
  const parts = unlessMalformed(() => split(line));
  const key = keyOf(keys, parts.kid, "status");
  if (!key) throw new NoListError("list-key-unknown");
  if (parts.typ !== TYPE || parts.alg !== key.algorithm) throw new NoListError("list-unreadable");
  if (!(await isSignedBy(key, parts))) throw new NoListError("list-altered");
  const list = unlessMalformed(() => readContent(readJson(readUtf8(parts.payload))));
  if (!isValidOn(key, dayOf(list.made))) throw new NoListError("list-key-unknown");
  return list;
}

/** Why not to believe the list here and now, if there is a reason. */
export function listFault(list: StatusList, baseUrl: string, now: number): Mark | undefined {
  if (list.baseUrl.replace(/\/+$/, "") !== baseUrl.replace(/\/+$/, "")) return "list-elsewhere";
  // Whatever is no number compares as false: this way round it is stale.
  if (!(now <= list.validUntil)) return "list-stale";
  // A clock that is behind would believe the list for as long after its end.
  return now >= list.made ? undefined : "list-ahead";
}

function unlessMalformed<Made>(make: () => Made): Made {
  try {
    return make();
  } catch (error) {
    if (error instanceof MalformedError) throw new NoListError("list-unreadable");
    throw error;
  }
}

type Parts = ReturnType<typeof split>;

function split(line: string) {
  const [header = "", payload = "", signature = "", ...more] =
    line.length <= LONGEST ? line.split(".", 4) : [];
  if (more.length || !header || !payload || !signature || header.length > LONGEST_HEADER) {
    throw new MalformedError("不是状态清单");
  }
  const said = fields(readJson(readUtf8(readBase64url(header)))) ?? {};
  const [alg, kid, typ] = [said.alg, said.kid, said.typ];
  if (
    Object.keys(said).length !== 3 ||
    typeof alg !== "string" ||
    typeof kid !== "string" ||
    typeof typ !== "string"
  ) {
    throw new MalformedError("不是状态清单");
  }
  const signed = { message: ascii(`${header}.${payload}`), signature: readBase64url(signature) };
  return { alg, kid, typ, payload: readBase64url(payload), ...signed };
}

async function isSignedBy(key: Key, parts: Parts): Promise<boolean> {
  try {
    return await isSigned(point(key), parts.message, parts.signature);
  } catch (error) {
    if (error instanceof NoKeyError) throw new NoListError("list-key-unknown");
    throw error;
  }
}

function readContent(value: unknown): StatusList {
  const said = fields(value) ?? {};
  const { version, issuer, base_url: baseUrl, demo, certificates } = said;
  const rows = fields(certificates);
  const [made, validUntil] = [readMoment(said.made), readMoment(said.valid_until)];
  const named =
    Object.keys(said).length === FIELDS.length && FIELDS.every((name) => said[name] !== undefined);
  const timed = !Number.isNaN(made) && !Number.isNaN(validUntil);
  if (!named || version !== VERSION || typeof issuer !== "string" || !timed || !rows || !rightRows(rows)) {
    throw new MalformedError("不是状态清单");
  }
  if (typeof baseUrl !== "string" || typeof demo !== "boolean") throw new MalformedError("不是状态清单");
  return { issuer, baseUrl, demo, made, validUntil, find: (no) => readRow(rows[no]) };
}

function rightRows(rows: Fields): boolean {
  return Object.keys(rows).every((no) => readRow(rows[no]) !== undefined);
}

function readRow(row: unknown): Listed | undefined {
  if (!Array.isArray(row) || !row.every((part): part is string => typeof part === "string")) return undefined;
  const [state, digest = "", successor = ""] = row;
  if (state !== "valid" && state !== "replaced" && state !== "revoked" && state !== "withdrawn")
    return undefined;
  if (row.length !== 1 + FOLLOWING[state] || (row.length > 1 && !/^[0-9a-f]{32}$/.test(digest)))
    return undefined;
  return { state, digest, successor };
}
