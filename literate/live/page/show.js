// What a cell or an answer has shown, in the elements in which the page has the printed outputs.

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function block(className, text) {
  const made = element("div", `output ${className} notranslate`);
  const inner = element("div", "highlight");
  const pre = element("pre", "", text.endsWith("\n") ? text : `${text}\n`);
  pre.tabIndex = 0;
  inner.append(pre);
  made.append(inner);
  return made;
}

/** A text of words.yml with its braces filled in. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** An error in a sentence: which line of the reader's, and why. */
export function failed(failure, words) {
  if (failure.lacks) return fill(words["live lacks"], { module: failure.lacks });
  if (failure.kind === "Untrue") return words["live untrue"];
  const why = failure.message ? `${failure.kind}: ${failure.message}` : failure.kind;
  return failure.line ? fill(words["live error"], { ...failure, error: why }) : why;
}

/** The elements that show this. */
export function outputs(shown, words) {
  const made = [];
  if (shown.prints) made.push(block("stream highlight-myst-ansi", shown.prints));
  if (shown.warned) made.push(block("stderr highlight-myst-ansi", shown.warned));
  if (shown.graph) {
    const drawing = element("div", "output image_svg");
    drawing.innerHTML = shown.graph;
    made.push(drawing);
  } else if (shown.value) made.push(block("text_plain highlight-myst-ansi", shown.value));
  if (shown.failure) made.push(block("traceback highlight-myst-ansi", failed(shown.failure, words)));
  return made;
}
