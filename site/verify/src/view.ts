// How an answer looks: the word, a shape, a colour, the reason, and what the issuer signed. Text only ever becomes
// text nodes.

import type { Answer, Word } from "./answer.ts";
import type { Found } from "./asking.ts";
import { isNumber } from "./number.ts";
import { REASONS } from "./reasons.ts";
import { dayOf, readable } from "./time.ts";

const SVG = "http://www.w3.org/2000/svg";
const MARKS: Readonly<Record<Word, string>> = {
  有效: "valid",
  "演示数据，非真实证书": "demo",
  已换发: "replaced",
  已撤销: "revoked",
  已停止公开: "withdrawn",
  查无: "absent",
  无法核验: "unchecked",
};
// Shapes in a square of 24: seen without colour, and small.
const SHAPES: Readonly<Record<Word, readonly string[]>> = {
  有效: ["M12 2a10 10 0 1 0 0 20a10 10 0 1 0 0-20z", "M7 12.5l3.4 3.4L17 9"],
  "演示数据，非真实证书": ["M12 1.5L22.5 12L12 22.5L1.5 12z", "M12 7v6M12 16v1"],
  已换发: ["M12 2a10 10 0 1 0 0 20a10 10 0 1 0 0-20z", "M6.5 12h10M13 8l4 4l-4 4"],
  已撤销: ["M3 3h18v18H3z", "M8 8l8 8M16 8l-8 8"],
  已停止公开: ["M12 2a10 10 0 1 0 0 20a10 10 0 1 0 0-20z", "M7 12h10"],
  查无: ["M8 2h8l6 6v8l-6 6H8l-6-6V8z", "M8.5 8.5l7 7M15.5 8.5l-7 7"],
  无法核验: ["M12 2L23 21.5H1z", "M12 9v6M12 17.5v1"],
};

/** An element with a class and what stands in it. */
export function element(name: string, mark: string, ...inside: readonly (Node | string)[]): HTMLElement {
  const made = document.createElement(name);
  if (mark) made.className = mark;
  made.append(...inside);
  return made;
}

/** Put these in the place of all that stands in an element. */
export function fill(place: HTMLElement, ...inside: readonly (Node | string)[]): void {
  place.textContent = "";
  place.append(...inside);
}

/** The answer in the place kept for it. `root` leads to the site's beginning; empty offline. */
export function show(place: HTMLElement, found: Found, root: string): void {
  const { answer } = found;
  place.className = `answer answer--${MARKS[answer.word]}`;
  place.removeAttribute("aria-busy");
  fill(
    place,
    element("h2", "answer__word", shape(answer.word), answer.word),
    element("p", "answer__why", `${REASONS[answer.mark]}。`),
    ...next(answer, root),
    ...said(answer, found),
  );
}

function shape(word: Word): SVGElement {
  const drawn = document.createElementNS(SVG, "svg");
  drawn.setAttribute("viewBox", "0 0 24 24");
  drawn.setAttribute("aria-hidden", "true");
  for (const path of SHAPES[word]) {
    const line = document.createElementNS(SVG, "path");
    line.setAttribute("d", path);
    drawn.append(line);
  }
  return drawn;
}

const WARNED: Readonly<Partial<Record<Word, string>>> = {
  已停止公开: "要核实这张证书的，请与颁发单位联系。",
  查无: "不要当作有效的证书。要核实的，请与颁发单位联系。",
  无法核验: "没有核对完，不能当作有效的证书。",
};

/** Where to go on: the new certificate's number, or the roster to compare a number with. */
function next(answer: Answer, root: string): readonly Node[] {
  if (answer.word === "已换发" && isNumber(answer.successor)) {
    const address = root ? `${root}verify/#${answer.successor}` : `#${answer.successor}`;
    return [element("p", "answer__next", link(address, `查验新证书 ${answer.successor}`))];
  }
  if (answer.mark === "by-number" && root) {
    return [element("p", "answer__next", link(`${root}roster/`, "专员名册"))];
  }
  const words = WARNED[answer.word];
  return words ? [element("p", "", words)] : [];
}

function link(address: string, text: string): HTMLAnchorElement {
  const made = document.createElement("a");
  made.href = address;
  made.append(text);
  return made;
}

function said(answer: Answer, found: Found): readonly Node[] {
  const facts = factsOf(answer, found);
  if (facts.length === 0) return [];
  const rows = facts.map(([term, text]) =>
    element("div", "", element("dt", "", term), element("dd", "", text)),
  );
  const words = comparison(answer);
  return [...(words ? [element("p", "answer__compare", words)] : []), element("dl", "facts", ...rows)];
}

function comparison(answer: Answer): string {
  if (!answer.payload || answer.word === "已停止公开") return "";
  if (answer.mark === "checked") {
    return "下面是颁发单位签名的内容。请与手中的证书逐项核对，有一处不同，手中的就不是这张证书。";
  }
  return answer.mark === "print-unknown" || answer.mark === "different"
    ? "签名的内容里写的是："
    : "颁发单位签名的内容是：";
}

type Fact = readonly [string, string];

/** What is known. Of who no longer wants to be shown, only the number. */
function factsOf(answer: Answer, found: Found): readonly Fact[] {
  const list = found.at?.list;
  const facts: Fact[] = [];
  const signed = answer.word === "已停止公开" ? undefined : answer.payload;
  if (signed) facts.push(["姓名", signed.name], ["单位", signed.unit]);
  if (answer.no) facts.push(["证书编号", answer.no]);
  if (signed) facts.push(["颁发日期", readable(signed.day)], ["班次编号", signed.classId]);
  if (answer.no && list && !found.at?.fault) {
    facts.push(["颁发单位", list.issuer]);
    facts.push(["状态清单", `${readable(dayOf(list.made))}的，有效到${readable(dayOf(list.validUntil))}`]);
  }
  return facts;
}
