/* Read or solve: the answers to the questions are open, or folded until they are asked for.

   The page is delivered with all of them open. Which of the two it is has been decided before it
   was shown (see literate/weave/reading_aids.py), and stands in <html data-reading>. */

(() => {
  "use strict";

  const root = document.documentElement;
  const answers = [...document.querySelectorAll("details.answer")];
  const buttons = [...document.querySelectorAll(".reading button")];
  const asked = new Set();

  function show(mode) {
    root.dataset.reading = mode;
    for (const button of buttons) button.setAttribute("aria-pressed", button.value === mode);
    for (const answer of answers) answer.open = mode === "read" || asked.has(answer);
  }

  for (const button of buttons) {
    button.addEventListener("click", () => {
      localStorage.setItem("reading", button.value);
      show(button.value);
    });
  }

  // An answer that was asked for stays open, also when the switch goes to and fro.
  for (const answer of answers) {
    answer.querySelector("summary").addEventListener("click", () => {
      if (answer.open) asked.delete(answer);
      else asked.add(answer);
    });
  }

  // A link into an answer asks for it. Some browsers open the fold by themselves, others do not.
  function openTarget() {
    const target = document.getElementById(location.hash.slice(1));
    const answer = target?.closest("details.answer");
    if (!answer || answer.open) return;
    asked.add(answer);
    answer.open = true;
    target.scrollIntoView();
  }

  show(root.dataset.reading);
  root.classList.add("folded");  // From here on, the folds themselves hide what is in them.
  addEventListener("hashchange", openTarget);
  addEventListener("load", openTarget);
})();
