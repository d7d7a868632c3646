// Where keys, list and prints come from: this site, or the page itself where it is the one kept for use offline.

import { MalformedError, readJson } from "./text.ts";

// A list of ten thousand certificates is 960 kB; over a poor connection it takes its time.
const PATIENCE = 20000;
const MOST_CHARACTERS = 64 * 1024 * 1024;

/** Texts as published; undefined for what cannot be had. */
export interface Source {
  readonly keys: () => Promise<string | undefined>;
  readonly list: () => Promise<string | undefined>;
  readonly prints: (token: string) => Promise<string | undefined>;
  readonly offline: boolean;
}

/** What this site publishes, asked for anew each time; `root` leads from the page to its beginning. */
export function online(root: string): Source {
  return {
    keys: () => fetchText(`${root}verify/keys.json`),
    list: () => fetchText(`${root}verify/status.jwt`),
    prints: (token) => fetchText(`${root}c/${token}/prints.json`),
    offline: false,
  };
}

/** What the page brings along: a JSON text of `keys` and `list`. Throws MalformedError for anything else. */
export function embedded(text: string): Source {
  const { keys, list } = readJson(text) as { keys?: unknown; list?: unknown };
  if (typeof keys !== "string" || typeof list !== "string") throw new MalformedError("不是离线查验的数据");
  return {
    keys: () => Promise.resolve(keys),
    list: () => Promise.resolve(list),
    prints: () => Promise.resolve(undefined),
    offline: true,
  };
}

/** The text at an address of this site, asked for anew; undefined when it does not come in time. */
async function fetchText(address: string): Promise<string | undefined> {
  const stop = typeof AbortController === "function" ? new AbortController() : undefined;
  const late = new Promise<undefined>((resolve) => {
    setTimeout(() => {
      stop?.abort();
      resolve(undefined);
    }, PATIENCE);
  });
  return Promise.race([late, asked(address, stop?.signal)]);
}

async function asked(address: string, signal: AbortSignal | undefined): Promise<string | undefined> {
  try {
    const options: RequestInit = { cache: "no-store", credentials: "omit", redirect: "error" };
    const answer = await fetch(address, signal ? { ...options, signal } : options);
    const text = answer.ok ? await answer.text() : undefined;
    return text !== undefined && text.length <= MOST_CHARACTERS ? text.trim() : undefined;
  } catch {
    // Offline, refused, stopped: in every case there is nothing to be had.
    return undefined;
  }
}
