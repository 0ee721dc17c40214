// The editor of a cell or an answer. esbuild makes one file of this and of all that it imports (see
// literate/provide/live.py); nothing of it is loaded before the reader asks for it.

import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, keymap } from "@codemirror/view";
import { tagHighlighter, tags } from "@lezer/highlight";

/* The classes in which the page has the printed code, and its style sheets their colours. */
const LIKE_THE_PAGE = tagHighlighter([
  { tag: tags.keyword, class: "k" },
  { tag: [tags.string, tags.special(tags.string)], class: "s2" },
  { tag: tags.number, class: "mf" },
  { tag: [tags.bool, tags.null], class: "kc" },
  { tag: tags.comment, class: "c1" },
  { tag: tags.operator, class: "o" },
  { tag: tags.meta, class: "nd" },
  { tag: tags.self, class: "bp" },
  { tag: tags.function(tags.definition(tags.variableName)), class: "nf" },
  { tag: tags.definition(tags.className), class: "nc" },
  { tag: tags.variableName, class: "n" },
]);

/** An editor with this code; `run` is called for Shift-Enter, and `changed` with what it says now. */
export function edit(parent, code, label, { run, changed }) {
  const go = () => { run(); return true; };
  return new EditorView({
    parent,
    state: EditorState.create({
      doc: code,
      extensions: [
        // Before the others, one of which breaks the line. The tabulator is left to go on with.
        keymap.of([{ key: "Shift-Enter", run: go }, { key: "Mod-Enter", run: go }]),
        keymap.of([...defaultKeymap, ...historyKeymap]),
        history(), drawSelection(), indentOnInput(), bracketMatching(), python(),
        indentUnit.of("    "), syntaxHighlighting(LIKE_THE_PAGE), EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": label }),
        EditorView.updateListener.of(update => {
          if (update.docChanged) changed(update.state.doc.toString());
        }),
      ],
    }),
  });
}

/** Replace all that stands in an editor. */
export function write(editor, code) {
  editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: code } });
}
