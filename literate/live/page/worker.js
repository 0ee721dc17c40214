// Python, beside the page and not in its way: it takes what the page asks for, one thing after
// another. The page ends it where a reader's loop does not, and begins another.

let loaded = 0;

/* Pyodide waits for ever where its own file does not come, so who starts it waits for this, too. */
let lost;
const broken = new Promise((_, reject) => { lost = reject; });
broken.catch(() => {});

/* What is fetched is counted, so that the page can say how far it has come. */
const fetched = self.fetch.bind(self);
const WASM = "application/wasm";

async function counted(...given) {
  const answer = await fetched(...given);
  if (!answer.ok) throw new Error(`${answer.status} ${answer.url}`);
  if (!answer.body) return answer;
  count(answer.clone().body).catch(lost);
  // The answer itself is handed on: of one that is made anew, a browser keeps no compiled code.
  if (!answer.url.endsWith(".wasm") || answer.headers.get("content-type") === WASM) return answer;
  return new Response(answer.body, { headers: { "content-type": WASM } });
}

async function count(body) {
  const reader = body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    loaded += part.value.byteLength;
    self.postMessage({ loaded });
  }
}

self.fetch = (...given) => counted(...given).catch(error => {
  lost(error);
  throw error;
});

const file = name => new URL(name, import.meta.url).href;
const bytes = async name => (await fetch(file(name))).arrayBuffer();

async function start() {
  const [{ loadPyodide }, { instance }] = await Promise.all([
    import("./pyodide.mjs"), import("./viz.js"),
  ]);
  const [python, viz, ours, graphviz] = await Promise.race([broken, Promise.all([
    loadPyodide({ indexURL: file("./"), stdout() {}, stderr() {}, stdin: () => null }),
    instance(), bytes("ours.zip"), bytes("graphviz.zip"),
  ])]);
  const unpack = archive => python.unpackArchive(archive, "zip");
  const has = new Set(["graphviz"]);
  unpack(ours);
  unpack(graphviz);
  const { open_chapter } = python.pyimport("literate.live.session");
  return { open_chapter, unpack, has, viz };
}

let started;
let session;

async function open(slug) {
  const [{ open_chapter, unpack, has, viz }, text] = await Promise.all([
    started ??= start(),
    fetch(file(`chapters/${slug}.json`)).then(answer => answer.text()),
  ]);
  for (const name of JSON.parse(text).packages)
    if (!has.has(name)) {
      has.add(name);
      unpack(await bytes(`${name}.zip`));
    }
  session?.destroy();
  const draw = source => viz.renderString(source, { format: "svg" });
  session = open_chapter(text, draw, () => self.postMessage({ begun: true }));
}

self.onmessage = async ({ data: { chapter, ...wish } }) => {
  try {
    if (chapter) await open(chapter);
    const done = wish.do ? JSON.parse(session.ask(JSON.stringify(wish))) : {};
    self.postMessage({ done });
  } catch (error) {
    self.postMessage({ failed: String(error) });
  }
};
