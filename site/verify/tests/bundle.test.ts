// What browsers of 2019 can read: a classic script of ES2017, by another parser than the one that wrote it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parse } from "acorn";

const bundle = readFileSync(new URL("../dist/verify.js", import.meta.url), "utf-8");

test("the bundle is a classic script of ES2017", () => {
  assert.equal(parse(bundle, { ecmaVersion: 2017, sourceType: "script" }).type, "Program");
});

test("the parser would tell a later language", () => {
  assert.throws(() => parse(`${bundle}\na?.b`, { ecmaVersion: 2017, sourceType: "script" }), SyntaxError);
});
