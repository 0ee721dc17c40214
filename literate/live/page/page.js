// The buttons of a page, once one of them was pressed: editors, Python, and what it shows.

import { edit, write } from "./editor.js";
import { Ended, Python, Stopped } from "./python.js";
import { failed, fill, outputs } from "./show.js";

const MEGABYTE = 1e6;

class Page {
  constructor(data, chapter) {
    this.data = data;
    this.words = chapter.words;
    this.size = chapter.size;
    this.python = new Python(data.chapter, loaded => this.#loaded(loaded));
    this.edited = {};
    this.cells = new Map();
    this.answers = new Map();
    this.waiting = undefined;
    this.site = new URL(document.documentElement.dataset.content_root, location.href).pathname;
  }

  #loaded(bytes) {
    const part = number => (number / MEGABYTE).toFixed(1);
    const { "live loading": loading, "live starting": starting } = this.words;
    const filled = fill(loading, { loaded: part(bytes), all: part(this.size) });
    this.waiting?.say(bytes < this.size ? filled : starting);
  }

  /** Ask Python, and say meanwhile what is waited for; the answer, or undefined and why. */
  async #ask(wish, place) {
    if (typeof WebAssembly === "undefined") return place.say(this.words["live no webassembly"]);
    this.waiting = place;
    place.busy(true);
    place.say(this.words["live starting"]);
    try {
      await this.python.start();
      place.say(this.words["live running"]);
      const answer = await this.python.ask(wish);
      place.say("");
      return answer;
    } catch (error) {
      if (error instanceof Stopped) place.say(this.words["live stopped"]);
      else if (error instanceof Ended) place.say(this.words["live ended"]);
      else place.say(this.words["live network"]);
    } finally {
      place.busy(false);
    }
  }

  /** Run a cell, as it stands in its editor. */
  async run(element) {
    let cell = this.cells.get(element);
    if (!cell) this.cells.set(element, cell = new Cell(element, this));
    const answer = await this.#ask(
      { do: "run", cell: cell.index, edited: this.edited }, cell.place,
    );
    if (answer) cell.show(answer);
  }

  #answer(bar) {
    let answer = this.answers.get(bar);
    if (!answer) this.answers.set(bar, answer = new Answer(bar, this));
    return answer;
  }

  write(bar) {
    this.#answer(bar).editor.focus();
  }

  reset(bar) {
    this.#answer(bar).reset();
  }

  async check(bar) {
    const answer = this.#answer(bar);
    const verdict = await this.#ask(
      { do: "check", exercise: answer.name, answer: answer.editor.state.doc.toString() },
      answer.place,
    );
    if (verdict) answer.show(verdict);
  }
}

/** Where one says how far something is, and where it can be stopped. */
class Place {
  constructor(after, page) {
    this.root = document.createElement("div");
    this.root.className = "live-place";
    this.said = document.createElement("p");
    this.said.className = "live-says";
    this.said.setAttribute("role", "status");
    this.stop = button(page.words["live stop"], () => page.python.stop?.());
    this.stop.hidden = true;
    this.root.append(this.said, this.stop);
    if (after.nextElementSibling?.matches(".live-says")) after.nextElementSibling.remove();
    after.after(this.root);
  }

  say(text) {
    this.said.textContent = text;
  }

  busy(is) {
    this.stop.hidden = !is;
  }
}

function button(text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

/** Put an editor in the place of a cell's code. */
function editorOf(input, code, label, acts) {
  const frame = document.createElement("div");
  frame.className = "highlight live-editor";
  for (const old of input.children) old.hidden = true;
  input.append(frame);
  return edit(frame, code, label, acts);
}

const codeOf = input => input.querySelector("pre").textContent.replace(/\n$/, "");

class Cell {
  constructor(element, page) {
    const input = element.querySelector(".cell_input");
    this.index = Number(/\bcell-(\d+)\b/.exec(element.className)[1]);
    this.element = element;
    this.page = page;
    this.code = codeOf(input);
    this.printed = [...element.querySelectorAll(":scope > .cell_output")];
    this.editor = editorOf(input, this.code, page.words["live code"], {
      run: () => page.run(element),
      changed: code => { page.edited[this.index] = code; },
    });
    const bar = document.createElement("div");
    bar.className = "live-bar";
    bar.append(
      button(page.words["live run"], () => page.run(element)),
      button(page.words["live reset"], () => this.reset()),
    );
    input.after(bar);
    this.place = new Place(bar, page);
  }

  show(answer) {
    for (const old of this.printed) old.hidden = true;
    this.shown?.remove();
    if (answer.above !== undefined) {
      this.place.say(fill(this.page.words["live above"], { error: failed(answer.failure, this.page.words) }));
      return;
    }
    this.shown = document.createElement("div");
    this.shown.className = "cell_output docutils container";
    this.shown.append(...outputs(answer, this.page.words));
    if (!this.shown.hasChildNodes()) this.place.say(this.page.words["live nothing"]);
    else this.element.append(this.shown);
  }

  /** The code and the outputs that are printed in the book. */
  reset() {
    write(this.editor, this.code);
    delete this.page.edited[this.index];
    this.shown?.remove();
    for (const old of this.printed) old.hidden = false;
    this.place.say("");
  }
}

class Answer {
  constructor(bar, page) {
    this.name = bar.dataset.exercise;
    this.page = page;
    this.key = `answer ${page.site}${page.data.chapter}#${this.name}`;
    const input = bar.previousElementSibling.querySelector(".cell_input");
    this.starter = codeOf(input);
    const kept = localStorage.getItem(this.key);
    this.editor = editorOf(input, kept ?? this.starter, page.words["live answer"], {
      run: () => page.check(bar),
      changed: code => localStorage.setItem(this.key, code),
    });
    bar.querySelector("[value=write]").hidden = true;
    this.place = new Place(bar, page);
    this.verdict = document.createElement("div");
    this.verdict.className = "verdict";
    this.verdict.setAttribute("role", "status");
    this.place.root.after(this.verdict);
  }

  reset() {
    write(this.editor, this.starter);
    localStorage.removeItem(this.key);
    this.verdict.replaceChildren();
    this.verdict.className = "verdict";
    this.editor.focus();
  }

  show(verdict) {
    const { words } = this.page;
    const says = document.createElement("p");
    if (verdict.passed) says.textContent = words["live right"];
    else says.textContent = verdict.says || failed(verdict.failure, words);
    const made = [says, ...outputs({ ...verdict.answer, failure: null }, words)];
    if (verdict.passed) made.push(...outputs(verdict.check, words));
    this.verdict.className = `verdict ${verdict.passed ? "right" : "wrong"}`;
    this.verdict.replaceChildren(...made);
    if (verdict.passed) document.dispatchEvent(new CustomEvent("answered", { detail: this.name }));
  }
}

/** The page, with what it needs to know of its chapter. */
export async function open(data) {
  const address = new URL(`chapters/${data.chapter}.json`, import.meta.url);
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${answer.status} ${address}`);
  const style = document.createElement("link");
  style.rel = "stylesheet";
  style.href = new URL("page.css", import.meta.url);
  document.head.append(style);
  return new Page(data, await answer.json());
}
