/* What has been read of the sections that follow the lecture, marked in the contents.

   A section is read when its end has been in view for a moment. What was read is kept in the
   browser, and nowhere else. */

(() => {
  "use strict";

  const MOMENT = 2;        // seconds
  const AT_REST = 10;      // seconds, on a page that has not been scrolled
  const { words, sections } = JSON.parse(document.getElementById("reader").textContent);
  const site = new URL(document.documentElement.dataset.content_root, location.href);
  const key = `read ${site.pathname}`;

  const load = () => new Set(JSON.parse(localStorage.getItem(key) || "[]"));
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

  function showChapter(link, read) {
    link.querySelector(".read-count")?.remove();
    const page = pageAt(link.href);
    const all = sections[page] ?? [];
    const count = all.filter(section => read.has(address(page, section))).length;
    if (!count) return;
    const mark = document.createElement("span");
    mark.className = "read-count";
    mark.classList.toggle("whole", count === all.length);
    const seen = document.createElement("span");
    seen.ariaHidden = "true";
    seen.textContent = `${count}/${all.length}`;
    const said = words["sections read"].replace("{read}", count).replace("{all}", all.length);
    mark.append(seen, hidden(` (${said})`));
    link.append(mark);
  }

  function showSection(link, read) {
    const section = link.hash.slice(1);
    const isRead = read.has(address(here, decodeURIComponent(section)));
    link.classList.toggle("read", isRead);
    link.querySelector(".visually-hidden")?.remove();
    if (isRead) link.append(hidden(` (${words["section read"]})`));
  }

  const chapters = document.querySelector("nav.bd-links");
  const forget = document.createElement("button");

  function show() {
    const read = load();
    for (const link of chapters.querySelectorAll("a")) showChapter(link, read);
    for (const link of document.querySelectorAll("nav.page-toc a")) showSection(link, read);
    forget.hidden = !read.size;
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
      const read = load().add(address(here, end.parentElement.id));
      localStorage.setItem(key, JSON.stringify([...read].sort()));
      show();
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
    localStorage.removeItem(key);
    chapters.querySelector("a").focus();
    show();
  });
  chapters.append(forget);

  addEventListener("storage", show);  // Another tab has gone on reading.
  show();
})();
