// The pages: /verify/, /c/<token>/ and the one kept for use offline. What they hold besides is in site/templates.

import { unchecked } from "./answer.ts";
import { type Found, find, type Question, questionOf } from "./asking.ts";
import { isReadable } from "./pdf.ts";
import { embedded, online, type Source } from "./sources.ts";
import { element, fill, show } from "./view.ts";

/** What a page says of itself in its `main`. */
interface Setting {
  readonly root: string;
  readonly baseUrl: string;
  readonly token: string;
  readonly no: string;
}

class Page {
  private readonly place: HTMLElement;
  private readonly setting: Setting;
  private readonly source: Source;
  private asked = 0;

  constructor(place: HTMLElement, setting: Setting, source: Source) {
    this.place = place;
    this.setting = setting;
    this.source = source;
  }

  /** Ask, and show the answer unless something else was asked meanwhile. */
  async ask(question: Question | Promise<Question | undefined>, focus: boolean): Promise<void> {
    const mine = ++this.asked;
    this.wait();
    const wanted = await question;
    const found = wanted ? await find(wanted, this.source, this.setting.baseUrl) : UNREAD;
    if (mine === this.asked) this.show(found, focus);
  }

  /** What the address itself asks about. */
  askAddress(focus: boolean): void {
    const hash = location.hash.slice(1);
    const { token, no } = this.setting;
    const own = document.getElementById("record");
    if (token) {
      // With a signature, what is shown comes from what was signed, and nothing else.
      if (own) own.hidden = hash !== "";
      void this.ask(hash ? { text: hash, token } : { number: no }, focus);
    } else if (hash) {
      void this.ask(questionOf(hash.indexOf(".") < 0 ? hash : `#${hash}`), focus);
    }
  }

  /** An answer without asking. */
  say(found: Found): void {
    this.asked++;
    this.show(found, true);
  }

  private wait(): void {
    this.place.hidden = false;
    this.place.className = "answer answer--waiting";
    this.place.setAttribute("aria-busy", "true");
    fill(this.place, element("p", "answer__why", "正在核验……"));
  }

  private show(found: Found, focus: boolean): void {
    this.place.hidden = false;
    show(this.place, found, this.source.offline ? "" : this.setting.root);
    if (!focus) return;
    this.place.focus();
    this.place.scrollIntoView();
  }
}

const UNREAD: Found = { answer: unchecked("file-unread"), at: undefined };
const LARGE: Found = { answer: unchecked("file-large"), at: undefined };

function form(page: Page): void {
  const asking = document.querySelector("form");
  const typed = document.querySelector<HTMLInputElement>("#asked");
  asking?.addEventListener("submit", (event) => {
    event.preventDefault();
    if (typed?.value.trim()) void page.ask(questionOf(typed.value), true);
    else typed?.focus();
  });
}

function files(page: Page): void {
  const chosen = document.querySelector<HTMLInputElement>("#file");
  const zone = document.querySelector<HTMLElement>("#drop");
  chosen?.addEventListener("change", () => {
    const file = chosen.files?.[0];
    if (file) ask(page, file);
    chosen.value = "";
  });
  // Anywhere on the page: a file dropped beside the zone would otherwise take its place.
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone?.classList.add("drop--over");
  });
  document.addEventListener("dragleave", () => zone?.classList.remove("drop--over"));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    zone?.classList.remove("drop--over");
    const file = event.dataTransfer?.files[0];
    if (file && chosen) ask(page, file);
  });
}

function ask(page: Page, file: File): void {
  if (isReadable(file.size)) void page.ask(read(file), true);
  else page.say(LARGE);
}

function read(file: File): Promise<Question | undefined> {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve({ file: new Uint8Array(reader.result as ArrayBuffer) });
    reader.onerror = () => resolve(undefined);
    reader.readAsArrayBuffer(file);
  });
}

function start(main: HTMLElement, place: HTMLElement): void {
  const { root = "", baseUrl = "", token = "", no = "" } = main.dataset;
  const data = document.getElementById("data");
  const page = new Page(
    place,
    { root, baseUrl, token, no },
    data ? embedded(data.textContent ?? "") : online(root),
  );
  for (const needing of Array.from(document.querySelectorAll<HTMLElement>("[data-scripted]"))) {
    needing.hidden = needing.dataset.scripted === "off";
  }
  form(page);
  files(page);
  window.addEventListener("hashchange", () => page.askAddress(true));
  page.askAddress(false);
}

const main = document.querySelector<HTMLElement>("main");
const place = document.getElementById("answer");
if (main && place) start(main, place);
