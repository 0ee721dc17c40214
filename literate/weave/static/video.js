/* The lecture beside the text.

   A player opens on request, and before that nothing is asked of its host. It can follow: when the
   reader comes to another section of the lecture, the player goes to that moment, too. */

(() => {
  "use strict";

  const HOST = "https://www.youtube-nocookie.com";
  const SETTLED = 1500;    // milliseconds in a section until the player goes there
  const { words } = JSON.parse(document.getElementById("reader").textContent);

  /* The moments of the lecture that this page follows, in its order. */
  const moments = [...document.querySelectorAll("button.watch")].map(button => {
    const link = button.previousElementSibling;
    const query = new URL(link.href).searchParams;
    const heading = button.parentElement.previousElementSibling.cloneNode(true);
    heading.querySelector(".headerlink")?.remove();
    return {
      button,
      href: link.href,
      video: query.get("v"),
      second: parseInt(query.get("t"), 10),
      short: link.textContent.replace("▶", "").trim(),
      section: heading.textContent.trim(),
    };
  });

  let player = null;    // what is open, or null

  /** The moment whose section is being read. */
  function current() {
    const line = innerHeight * 0.4;
    return moments.findLast(({ button }) => button.getBoundingClientRect().top < line);
  }

  function address({ video, second }) {
    const query = new URLSearchParams({ start: second, autoplay: 1, enablejsapi: 1, rel: 0 });
    if (location.protocol.startsWith("http")) query.set("origin", location.origin);
    return `${HOST}/embed/${video}?${query}`;
  }

  function element(name, properties, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  function open(moment) {
    const frame = element("iframe", {
      src: address(moment),
      title: words["video player"],
      allow: "autoplay; encrypted-media; fullscreen; picture-in-picture",
      referrerPolicy: "strict-origin-when-cross-origin",
    });
    const follow = element("input", { type: "checkbox", checked: true });
    const where = element("a", { className: "where", target: "_blank", rel: "noopener" });
    const go = element("button", { type: "button", className: "go", hidden: true });
    const shut = element("button", { type: "button", className: "shut", textContent: "×" });
    shut.ariaLabel = shut.title = words["video close"];
    const panel = element(
      "aside", { className: "video" },
      element("div", { className: "bar" },
        element("label", {}, follow, ` ${words["video follow"]}`), shut),
      frame,
      element("div", { className: "bar" }, where, go),
    );
    panel.ariaLabel = words.video;
    player = { panel, frame, follow, where, go, opener: moment.button, reading: current() };
    say(moment);

    shut.addEventListener("click", close);
    go.addEventListener("click", () => seek(current()));
    follow.addEventListener("change", arrive);
    document.body.append(panel);
    // The text's end, and what is focused, stay above the panel.
    player.size = new ResizeObserver(() => {
      const room = `${panel.offsetHeight + 32}px`;
      document.body.style.paddingBottom = room;
      document.documentElement.style.scrollPaddingBottom = room;
    });
    player.size.observe(panel);
    shut.focus({ preventScroll: true });
  }

  function close() {
    clearTimeout(player.timer);
    player.size.disconnect();
    player.panel.remove();
    document.body.style.paddingBottom = document.documentElement.style.scrollPaddingBottom = "";
    player.opener.focus();
    player = null;
  }

  /** Say where the player is. */
  function say(moment) {
    player.at = moment;
    player.where.href = moment.href;
    player.where.textContent = `▶ ${moment.short} ${moment.section}`;
    player.go.hidden = true;
  }

  function seek(moment) {
    const command = { event: "command", func: "seekTo", args: [moment.second, true] };
    player.frame.contentWindow.postMessage(JSON.stringify(command), HOST);
    say(moment);
  }

  /** The reader has come to a section and stayed. */
  function arrive() {
    const moment = current();
    if (!moment) return;
    player.go.hidden = moment === player.at;
    player.go.textContent = words["video go"]
      .replace("{moment}", moment.short).replace("{section}", moment.section);
    if (player.follow.checked && moment !== player.at) seek(moment);
  }

  addEventListener("scroll", () => {
    if (!player || current() === player.reading) return;
    player.reading = current();
    clearTimeout(player.timer);
    player.timer = setTimeout(arrive, SETTLED);
  }, { passive: true });

  for (const moment of moments) {
    moment.button.addEventListener("click", () => {
      if (!player) return open(moment);
      player.opener = moment.button;
      player.reading = current();
      seek(moment);
    });
  }

  addEventListener("keydown", event => {
    if (event.key === "Escape" && player && !document.querySelector("dialog[open]")) close();
  });
})();
