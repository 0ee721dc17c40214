/* A graph that is too large for its place on the page, in a window of its own: as large as its
   letters can be read, to be zoomed, and to be moved by scrolling, by dragging and by the arrow keys.

   The graph itself goes into the window and comes back, so a figure to play with goes on there. */

(() => {
  "use strict";

  const STEP = 1.25;
  const LARGEST = 4;
  const { words } = JSON.parse(document.getElementById("reader").textContent);

  function button(name, key, act) {
    const made = Object.assign(document.createElement("button"), { type: "button" });
    made.className = name;
    made.textContent = words[key];
    made.addEventListener("click", act);
    return made;
  }

  class Enlarged {
    constructor(drawing) {
      this.drawing = drawing;
      this.graph = drawing.querySelector("svg");
      this.style = this.graph.getAttribute("style");
      this.natural = parseFloat(this.graph.style.width);
      // In the window a figure keeps its controls.
      this.whole = drawing.closest("figure.play") ?? drawing;
      this.place = document.createElement("div");
      this.place.style.height = `${this.whole.offsetHeight}px`;
      this.dialog = document.createElement("dialog");
      this.dialog.className = "enlarged";
      this.dialog.ariaLabel = words.enlarged;
      const bar = document.createElement("div");
      bar.className = "enlarged-bar";
      bar.append(
        button("", "larger", () => this.zoom(this.scale * STEP)),
        button("", "smaller", () => this.zoom(this.scale / STEP)),
        button("", "whole", () => this.fit()),
        button("", "close", () => this.dialog.close()),
      );
      this.whole.replaceWith(this.place);
      this.dialog.append(bar, this.whole);
      document.body.append(this.dialog);
      this.listening = new AbortController();
      const { signal } = this.listening;
      this.dialog.addEventListener("keydown", event => this.pressed(event), { signal });
      drawing.addEventListener("pointerdown", event => this.take(event), { signal });
      this.dialog.addEventListener("close", () => this.back(), { signal });
      this.dialog.showModal();
      this.open();
    }

    /** Large enough to be read; where not all of it fits, the result is in sight. */
    open() {
      const { clientWidth, clientHeight } = this.drawing;
      this.scale = 1;
      this.fit();
      this.zoom(Math.min(Math.max(this.scale, 1), 1.5));
      this.drawing.scrollTo(
        this.drawing.scrollWidth - clientWidth, (this.drawing.scrollHeight - clientHeight) / 2,
      );
      this.drawing.focus();
    }

    fit() {
      this.zoom(this.fitting());
    }

    /** The size at which all of it is in sight. */
    fitting() {
      const [, , width, height] = this.graph.getAttribute("viewBox").split(" ").map(Number);
      const across = this.drawing.clientWidth / this.natural;
      const down = this.drawing.clientHeight / (this.natural * height / width);
      return 0.97 * Math.min(across, down);
    }

    /** Another size, around what is in the middle. */
    zoom(scale) {
      const view = this.drawing;
      const middle = [
        (view.scrollLeft + view.clientWidth / 2) / view.scrollWidth,
        (view.scrollTop + view.clientHeight / 2) / view.scrollHeight,
      ];
      // Smaller than all of it, or than it was meant to be, it is of no use.
      this.scale = Math.min(Math.max(scale, Math.min(this.fitting(), 1)), LARGEST);
      this.graph.style.cssText = `width: ${this.scale * this.natural}px; max-width: none`;
      view.scrollTo(
        middle[0] * view.scrollWidth - view.clientWidth / 2,
        middle[1] * view.scrollHeight - view.clientHeight / 2,
      );
    }

    pressed(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "+" || event.key === "=") this.zoom(this.scale * STEP);
      else if (event.key === "-") this.zoom(this.scale / STEP);
      else if (event.key === "0") this.fit();
      // The theme keeps this key from the browser, which would close the window by itself.
      else if (event.key === "Escape") this.dialog.close();
      else return;
      event.preventDefault();
    }

    take(event) {
      // Fingers scroll by themselves.
      if (event.pointerType !== "mouse" || event.button !== 0) return;
      event.preventDefault();
      const view = this.drawing;
      view.focus();
      view.setPointerCapture(event.pointerId);
      const moved = move => view.scrollBy(-move.movementX, -move.movementY);
      view.addEventListener("pointermove", moved);
      view.addEventListener("lostpointercapture", () => {
        view.removeEventListener("pointermove", moved);
      }, { once: true });
    }

    back() {
      this.listening.abort();
      this.graph.setAttribute("style", this.style);
      this.place.replaceWith(this.whole);
      this.dialog.remove();
    }
  }

  // Offered wherever letters are smaller than they were meant to be, or some are out of sight.
  const offered = new WeakMap();
  const sizes = new ResizeObserver(entries => {
    for (const { target } of entries) {
      if (target.closest("dialog")) continue;
      const graph = target.querySelector("svg");
      const small = graph.getBoundingClientRect().width < parseFloat(graph.style.width) - 1;
      offered.get(target).hidden = !small && target.scrollWidth <= target.clientWidth;
    }
  });
  for (const graph of document.querySelectorAll(".drawing > svg.graph")) {
    const drawing = graph.parentElement;
    const opener = button("enlarge", "enlarge", () => {
      new Enlarged(drawing).dialog.addEventListener("close", () => opener.focus());
    });
    opener.hidden = true;
    offered.set(drawing, opener);
    const place = document.createElement("div");
    place.className = "enlarge-place";
    place.append(opener);
    drawing.before(place);
    sizes.observe(drawing);
  }
})();
