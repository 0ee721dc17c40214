// Figures to play with. literate/weave/playable.py writes into the page all that such a figure can show: a
// drawing, controls, and the frames as JSON. This goes from one frame to another, and no more.
//
// A frame has `say`, what is told of it, and what differs in the drawing from the frame before:
// `boxes`, for a box of a graph the texts of its last fields; `parts`, for an element of a plot its
// attributes and text, null for an attribute that it lacks there; `back`, the edges that point back
// from there on, with their numbers; and `now`, the names of what is to stand out.

(() => {
  "use strict";

  // Milliseconds that a frame is seen: one of words has to be read, too.
  const SEEN = { slider: 600, steps: 2600 };

  class Figure {
    constructor(figure) {
      const { name, walks } = JSON.parse(figure.querySelector("script").textContent);
      this.figure = figure;
      this.name = name;
      this.walks = walks;
      this.walk = walks[0];
      this.range = figure.querySelector("input[type=range]");
      this.says = figure.querySelector(".play-says");
      this.range.addEventListener("input", () => {
        this.stop();
        this.show();
      });
      for (const button of figure.querySelectorAll("button[data-go]"))
        button.addEventListener("click", () => {
          this.stop();
          this.go(button.dataset.go);
        });
      figure.querySelector("button[data-run]")
        .addEventListener("click", () => (this.timer ? this.stop() : this.run()));
      for (const choice of figure.querySelectorAll("input[type=radio]"))
        choice.addEventListener("change", () => this.choose(Number(choice.value)));
      this.show();
    }

    /** The element of the drawing that the frames call `id`. */
    part(id) {
      return this.figure.querySelector(`#${CSS.escape(`${this.name}-${id}`)}`);
    }

    go(where) {
      const at = Number(this.range.value);
      this.range.value = { start: 0, back: at - 1, on: at + 1 }[where];
      this.show();
    }

    /** Go on by itself to the end; from there, begin at the start. */
    run() {
      if (Number(this.range.value) === this.walk.length - 1) this.go("start");
      this.figure.classList.add("running");
      // Who listens is told where it ends, and not each frame on the way.
      this.says.ariaLive = "off";
      this.timer = setInterval(() => {
        if (Number(this.range.value) === this.walk.length - 2) this.stop();
        this.go("on");
      }, SEEN[this.figure.dataset.kind]);
    }

    stop() {
      clearInterval(this.timer);
      this.timer = undefined;
      this.figure.classList.remove("running");
      this.says.ariaLive = null;
    }

    choose(number) {
      this.stop();
      this.walk = this.walks[number];
      this.range.max = this.walk.length - 1;
      this.show();
    }

    show() {
      const at = Number(this.range.value);
      for (const edge of this.figure.querySelectorAll(".back")) edge.classList.remove("back");
      for (const frame of this.walk.slice(0, at + 1)) this.apply(frame);
      const frame = this.walk[at];
      for (const element of this.figure.querySelectorAll(".now")) element.classList.remove("now");
      for (const id of frame.now ?? []) this.part(id)?.classList.add("now");
      this.says.textContent = frame.say;
      this.range.setAttribute("aria-valuetext", frame.say);
      // Not `disabled`, which would take the focus away from the button that was just pressed.
      for (const button of this.figure.querySelectorAll("button[data-go]")) {
        const end = button.dataset.go === "on" ? this.walk.length - 1 : 0;
        button.setAttribute("aria-disabled", String(at === end));
      }
    }

    apply(frame) {
      for (const [number, texts] of Object.entries(frame.boxes ?? {})) {
        const fields = [...this.part(`box-${number}`).querySelectorAll("text")].slice(-texts.length);
        fields.forEach((field, place) => (field.textContent = texts[place]));
      }
      for (const [id, text] of Object.entries(frame.back ?? {})) {
        const edge = this.part(id);
        edge.classList.add("back");
        edge.querySelector("text").textContent = text;
      }
      for (const [number, says] of Object.entries(frame.parts ?? {})) {
        const part = this.figure.querySelector(`[data-part="${number}"]`);
        for (const [key, value] of Object.entries(says))
          if (key === "text") part.textContent = value;
          else if (value === null) part.removeAttribute(key);
          else part.setAttribute(key, value);
      }
    }
  }

  const figures = [...document.querySelectorAll("figure.play")].map(figure => new Figure(figure));

  // These play once when they come into view, for who has nothing against things that move.
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const seen = new IntersectionObserver(entries => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      seen.unobserve(target);
      if (!still.matches) figures.find(({ figure }) => figure === target).run();
    }
  }, { threshold: 3 / 5 });
  for (const figure of document.querySelectorAll("figure.play[data-at-once]")) seen.observe(figure);

  // On paper, a walk through an expression is shown at its end.
  const walks = figures.filter(({ figure }) => figure.dataset.kind === "steps");
  addEventListener("beforeprint", () => {
    for (const walk of walks) {
      walk.before = walk.range.value;
      walk.range.value = walk.range.max;
      walk.show();
    }
  });
  addEventListener("afterprint", () => {
    for (const walk of walks) {
      walk.range.value = walk.before;
      walk.show();
    }
  });
})();
