/* What has been read of the sections that follow the lecture, and which exercises were answered,
   marked in the contents.

   A section is read when its end has been in view for a moment; an exercise is answered when its
   check says so (see `page.js`). Both are kept in the browser, and nowhere else. */

(() => {
  "use strict";

  const MOMENT = 2;        // seconds
  const AT_REST = 10;      // seconds, on a page that has not been scrolled
  const { words, sections } = JSON.parse(document.getElementById("reader").textContent);
  const site = new URL(document.documentElement.dataset.content_root, location.href);
  const keys = { read: `read ${site.pathname}`, answered: `answered ${site.pathname}` };

  const load = what => new Set(JSON.parse(localStorage.getItem(keys[what]) || "[]"));
  const address = (page, section) => `${page}#${section}`;

  /** The name of the page at this address: "book/value". */
  function pageAt(href) {
    const path = new URL(href, location.href).pathname.slice(site.pathname.length);
    return path.replace(/\.html$/, "").replace(/(^|\/)$/, "$1index");
  }

  const here = pageAt(location.href);

  function hidden(text) {
    const element = document.createElement("span");
    element.className = "visually-hidden";
    element.textContent = text;
    return element;
  }

  /** A mark behind a link: what is seen of it, and what is said. */
  function mark(link, className, seen, said) {
    const made = document.createElement("span");
    made.className = className;
    const shown = document.createElement("span");
    shown.ariaHidden = "true";
    shown.textContent = seen;
    made.append(shown, hidden(` (${said})`));
    link.append(made);
    return made;
  }

  function showChapter(link, read, answered) {
    for (const old of link.querySelectorAll(".read-count, .answered-count")) old.remove();
    const page = pageAt(link.href);
    const all = sections[page] ?? [];
    const right = [...answered].filter(exercise => exercise.startsWith(address(page, ""))).length;
    if (right) mark(link, "answered-count", `✎ ${right}`, words.answered.replace("{count}", right));
    const count = all.filter(section => read.has(address(page, section))).length;
    if (!count) return;
    const said = words["sections read"].replace("{read}", count).replace("{all}", all.length);
    mark(link, "read-count", `${count}/${all.length}`, said)
      .classList.toggle("whole", count === all.length);
  }

  function showSection(link, read) {
    const section = link.hash.slice(1);
    const isRead = read.has(address(here, decodeURIComponent(section)));
    link.classList.toggle("read", isRead);
    link.querySelector(".visually-hidden")?.remove();
    if (isRead) link.append(hidden(` (${words["section read"]})`));
  }

  /** The buttons of an exercise say that it was answered. */
  function showAnswer(bar, answered) {
    bar.querySelector(".answered")?.remove();
    if (!answered.has(address(here, bar.dataset.exercise))) return;
    const said = document.createElement("span");
    said.className = "answered";
    said.textContent = words["answer right"];
    bar.append(said);
  }

  const chapters = document.querySelector("nav.bd-links");
  const forget = document.createElement("button");

  function show() {
    const read = load("read");
    const answered = load("answered");
    for (const link of chapters.querySelectorAll("a")) showChapter(link, read, answered);
    for (const link of document.querySelectorAll("nav.page-toc a")) showSection(link, read);
    for (const bar of document.querySelectorAll(".answer-bar")) showAnswer(bar, answered);
    forget.hidden = !(read.size + answered.size);
  }

  function remember(what, place) {
    const known = load(what).add(address(here, place));
    localStorage.setItem(keys[what], JSON.stringify([...known].sort()));
    show();
  }

  /* The ends of this page's sections, and for how many seconds they have been in view. */
  const inView = new Map();
  const ends = new IntersectionObserver(entries => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) inView.set(target, 0);
      else inView.delete(target);
    }
  });
  let scrolled = false;
  addEventListener("scroll", () => { scrolled = true; }, { passive: true });

  function count() {
    if (document.hidden) return;
    for (const [end, seconds] of inView) {
      inView.set(end, seconds + 1);
      if (seconds + 1 < (scrolled ? MOMENT : AT_REST)) continue;
      ends.unobserve(end);
      inView.delete(end);  // So what is forgotten is not marked again at once.
      remember("read", end.parentElement.id);
    }
  }

  if (!chapters) return;

  for (const section of sections[here] ?? []) {
    const end = document.createElement("div");
    document.getElementById(section).append(end);
    ends.observe(end);
  }
  setInterval(count, 1000);

  forget.type = "button";
  forget.className = "forget";
  forget.textContent = words.forget;
  forget.addEventListener("click", () => {
    for (const key of Object.values(keys)) localStorage.removeItem(key);
    chapters.querySelector("a").focus();
    show();
  });
  chapters.append(forget);

  document.addEventListener("answered", ({ detail }) => remember("answered", detail));
  addEventListener("storage", show);  // Another tab has gone on reading.
  show();
})();
