// Published keys that are not as they should be are no keys, were it one of many.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { readKeys } from "../src/keys.ts";
import { NoListError, readList } from "../src/statuslist.ts";
import { MalformedError } from "../src/text.ts";

const said = JSON.parse(readFileSync(new URL("../../../tests/verify/cases.json", import.meta.url), "utf-8"));
const [first, ...others] = said.keys.keys as Record<string, string>[];

test("as published they are read, in their order", async () => {
  const read = await readKeys(JSON.stringify(said.keys));
  assert.deepEqual(
    read.map((key) => key.id),
    said.keys.keys.map((key: { id: string }) => key.id),
  );
});

for (const change of [
  { id: "00000000" },
  { algorithm: "none" },
  { algorithm: "RS256" },
  { purpose: "any" },
  { from: "2022-1-1" },
  { from: "20220101" },
  { from: "0000-01-01" },
  { until: "" },
  { until: "2022-02-30" },
  { public: "" },
  { public: `${first?.public?.slice(0, -4)}AA==` },
  { more: "fields" },
  { reason: 1 },
]) {
  test(`none with ${JSON.stringify(change)}`, async () => {
    await assert.rejects(
      readKeys(JSON.stringify({ keys: [{ ...first, ...change }, ...others] })),
      MalformedError,
    );
  });
}

for (const text of ["", "null", "[]", "{}", '{"keys":{}}', '{"keys":[],"more":[]}', '{"keys":[null]}']) {
  test(`none in ${text}`, async () => {
    await assert.rejects(readKeys(text), MalformedError);
  });
}

test("a list of dots is not taken apart", async () => {
  const began = performance.now();
  await assert.rejects(readList(".".repeat(30_000_000), []), NoListError);
  // Some milliseconds; taken apart it is several seconds.
  assert.ok(performance.now() - began < 1000);
});
