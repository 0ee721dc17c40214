// The page's side of Python: it is started, asked, and stopped where it does not come to an end.

const LIMIT = { run: 60_000, check: 10_000 };  // milliseconds for a reader's code
const ABOVE = 120_000;                         // and for the cells above it

export class Stopped extends Error {}
export class Ended extends Error {}
export class Unloaded extends Error {}

export class Python {
  /** For this chapter; `told` is called with the bytes that have come, while they come. */
  constructor(chapter, told) {
    this.chapter = chapter;
    this.told = told;
    this.turn = Promise.resolve();
  }

  /** Begin to load; whoever waits for it knows when Python is there. */
  start() {
    return this.ready ??= this.#begin().catch(error => {
      this.#end();
      throw error;
    });
  }

  async #begin() {
    this.worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
    await this.#send({ chapter: this.chapter }, null);
  }

  #end() {
    this.worker?.terminate();
    this.worker = this.ready = undefined;
  }

  /** Send it one message; it has so many milliseconds for it. */
  #send(message, limit) {
    const { worker } = this;
    return new Promise((resolve, reject) => {
      let timer;
      const give = (after, ...what) => { clearTimeout(timer); this.stop = undefined; after(...what); };
      this.stop = () => {
        this.#end();
        give(reject, new Stopped());
      };
      const within = time => { clearTimeout(timer); timer = setTimeout(this.stop, time); };
      if (limit) within(ABOVE);
      worker.onmessage = ({ data }) => {
        if ("loaded" in data) this.told(data.loaded);
        else if (data.begun && limit) within(limit);
        else if (data.done) give(resolve, data.done);
        else if (data.failed) {
          this.#end();
          give(reject, limit ? new Ended(data.failed) : new Unloaded(data.failed));
        }
      };
      worker.onerror = event => {
        event.preventDefault();
        this.#end();
        give(reject, limit ? new Ended(event.message) : new Unloaded(event.message));
      };
      worker.postMessage(message);
    });
  }

  /** Ask for something, after what was asked for before. */
  ask(wish) {
    const asked = this.turn.then(async () => {
      await this.start();
      return this.#send(wish, LIMIT[wish.do]);
    });
    this.turn = asked.catch(() => {});
    return asked;
  }
}
