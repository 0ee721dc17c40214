// Put into Sphinx's search (see literate/weave/taught.py): its own numbers, but that the section that
// teaches a word comes before the glossary's entry, which otherwise is worth the same.
var Scorer = {
  score: ([page, , , , score]) => page.endsWith("glossary") ? score - 1 : score,
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
