/* Cells that can be run here, and exercises that can be answered here. This puts the buttons on the
   page; what they need is loaded when one of them is pressed for the first time, and not before. */

(() => {
  "use strict";

  const data = JSON.parse(document.getElementById("live").textContent);
  const { words, from } = data;
  const served = new URL(from, location.href).href;
  let page;

  /** Have the rest do this: it is loaded now, if it is not there yet. */
  function go(what, element) {
    page ??= import(`${served}page.js`).then(loaded => loaded.open(data));
    page.then(opened => opened[what](element), () => {
      page = undefined;
      tell(element, location.protocol === "file:" ? words.file : words.network);
    });
  }

  function tell(element, text) {
    const place = element.closest(".answer-bar") ?? element;
    let said = place.nextElementSibling;
    if (!said?.matches(".live-says")) {
      said = document.createElement("p");
      said.className = "live-says";
      said.setAttribute("role", "status");
      place.after(said);
    }
    said.textContent = text;
  }

  for (const input of document.querySelectorAll(".live .cell_input")) {
    const run = document.createElement("button");
    run.type = "button";
    run.className = "live-run";
    run.textContent = words.run;
    run.addEventListener("click", () => go("run", input.closest(".cell")));
    input.append(run);
  }
  for (const bar of document.querySelectorAll(".answer-bar"))
    for (const button of bar.querySelectorAll("button"))
      button.addEventListener("click", () => {
        if (button.value !== "solution") return go(button.value, bar);
        let fold = bar;
        while (!fold.matches(".solution")) fold = fold.nextElementSibling;
        fold.open = !fold.open;
      });
})();
