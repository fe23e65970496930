// Keys, their list, and the command palette.
//   data-key="u"       pressing U does what a click does (a text field gets the focus)
//   data-key="g p"     G, then P
//   data-key-everywhere="r"   the same where nothing on the page takes the key; it need not be seen
//   data-row-key="u"   the same, for the row that has the focus
//   data-row           a row that J and K walk over; its first link takes the focus
const SEQUENCE_MS = 900; // time between the two keys of a sequence
const palette = document.getElementById("palette");
const keyList = document.getElementById("keys");
const singleKeys = document.body.dataset.keys !== "off";
let before = { key: "", at: 0 };

const all = (selector, scope = document) => [...scope.querySelectorAll(selector)];
const isText = (element) => element.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
const isShown = (element) => element.checkVisibility() || element.matches(".health-pick input");
const scope = () => document.querySelector("dialog:modal") ?? document;
const row = () => document.activeElement?.closest("[data-row]");

function label(element) {
  if (element.labels?.length) return element.labels[0].innerText.trim();
  const words = element.cloneNode(true);
  for (const extra of all(".kbd, .count, .sr", words)) extra.remove();
  return (element.getAttribute("aria-label") || words.textContent).trim();
}

function activate(element) {
  if (!isText(element)) return element.click();
  element.focus();
  element.select?.();
}

function commands() {
  const seen = new Map();
  for (const element of all("[data-key]")) {
    if (isShown(element) && !seen.has(element.dataset.key)) seen.set(element.dataset.key, element);
  }
  return [...seen.values()];
}

function press(key) {
  const found = (name, inside) => all(`[${name}="${CSS.escape(key)}"]`, inside).find(isShown);
  const everywhere = () => scope() === document && document.querySelector(`[data-key-everywhere="${CSS.escape(key)}"]`);
  const target = (row() && found("data-row-key", row())) || found("data-key", scope()) || everywhere();
  if (target) activate(target);
  return Boolean(target);
}

function walk(step) {
  const rows = all("[data-row]");
  const next = rows[Math.max(0, rows.indexOf(row()) + step)];
  next?.querySelector("a[href]")?.focus();
  return Boolean(next);
}

const walking = {
  j: () => walk(1),
  k: () => walk(-1),
  x: () => row()?.querySelector(".check")?.click() ?? false,
  "?": () => openKeyList(),
};

function onSingleKey(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const sequence = Date.now() - before.at < SEQUENCE_MS ? `${before.key} ${key}` : "";
  before = { key, at: Date.now() };
  const done = (sequence && press(sequence)) || press(key) || (scope() === document && walking[key]?.() !== false && key in walking);
  if (done) event.preventDefault();
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented) return;
  const withCommand = event.metaKey || event.ctrlKey;
  if (withCommand && event.key.toLowerCase() === "k" && palette) {
    event.preventDefault();
    openPalette();
  } else if (withCommand && event.key === "Enter") {
    const form = event.target.closest("form");
    // Its buttons may stand outside of it, as in the foot of a dialog.
    form?.requestSubmit([...form.elements].find((control) => control.matches("button.btn--main")) ?? null);
  } else if (singleKeys && !withCommand && !event.altKey && !isText(event.target)) {
    onSingleKey(event);
  }
});

// The list of keys: those that hold everywhere are in the template, those of this page are read from it.
function openKeyList() {
  if (!keyList) return false;
  const here = keyList.querySelector("[data-keys-here]");
  here.replaceChildren(
    ...commands().flatMap((element) => {
      const [term, words] = [document.createElement("dt"), document.createElement("dd")];
      for (const key of element.dataset.key.split(" ")) term.append(Object.assign(document.createElement("kbd"), { className: "kbd", textContent: key.toUpperCase() }));
      words.textContent = label(element);
      return [term, words];
    }),
  );
  keyList.showModal();
  return true;
}

// The keys' names follow the keyboard: the templates write them as on a Mac.
function nameKeys() {
  if (/Mac|iPhone|iPad/.test(navigator.platform)) return;
  for (const cap of all(".kbd")) cap.textContent = cap.textContent.replace(/^⌘/, "Ctrl ").trim();
}
nameKeys();
document.addEventListener("htmx:afterSwap", nameKeys);

// ---- the palette
const ask = palette?.querySelector("input");
const hits = () => all(".hit", palette).filter((hit) => !hit.hidden && !hit.parentElement.hidden);
const picked = () => palette.querySelector(".hit[aria-selected='true']");
let hasWalked = false; // with the arrows, since something was typed

function pick(hit) {
  for (const other of all(".hit", palette)) other.setAttribute("aria-selected", String(other === hit));
  if (!hit) return ask.removeAttribute("aria-activedescendant");
  ask.setAttribute("aria-activedescendant", hit.id);
  hit.scrollIntoView({ block: "nearest" });
}

function narrow(event) {
  const words = ask.value.trim().toLowerCase();
  const search = palette.querySelector("[data-search]");
  const says = (hit, text) => hit.textContent.toLowerCase().includes(text);
  for (const hit of all(".hit:not([data-search], [data-found])", palette)) hit.hidden = !says(hit, words);
  // Projects that were found for less than what stands there now; those of a new answer all fit.
  const isAnswer = event?.type === "htmx:afterSwap";
  for (const hit of all("[data-found]", palette)) hit.hidden = !words || !(isAnswer || words.split(/\s+/).every((word) => says(hit, word)));
  search.hidden = !words;
  search.href = `${search.dataset.search}?q=${encodeURIComponent(ask.value.trim())}`;
  search.querySelector("b").textContent = ask.value.trim();
  for (const group of all("[role=group]", palette)) group.hidden = !group.querySelector(".hit:not([hidden])");
  // Who has walked on while the answer was under way stays there.
  if (!isAnswer || !hasWalked || !hits().includes(picked())) pick(hits()[0]);
  hasWalked &&= isAnswer;
}

function openPalette() {
  const template = palette.querySelector("template");
  const here = palette.querySelector("[data-commands-here]");
  const actions = commands().filter((element) => !element.dataset.key.includes(" ") && !element.matches("input"));
  for (const old of all(".hit", here)) old.remove();
  for (const [place, element] of actions.entries()) {
    const hit = template.content.cloneNode(true).firstElementChild;
    hit.id = `command-${place}`;
    hit.querySelector("span").textContent = label(element);
    hit.querySelector(".end").textContent = element.dataset.key.toUpperCase();
    hit.addEventListener("click", () => {
      palette.close();
      activate(element);
    });
    here.append(hit);
  }
  ask.value = "";
  palette.querySelector("#found").replaceChildren();
  narrow();
  palette.showModal();
  ask.focus();
}

function move(event) {
  const list = hits();
  const at = list.indexOf(picked());
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  hasWalked ||= Boolean(step);
  if (step) pick(list[(at + step + list.length) % list.length]);
  else if (event.key === "Enter") list[at]?.click();
  else return;
  event.preventDefault();
}

ask?.addEventListener("input", narrow);
ask?.addEventListener("keydown", move);
palette?.addEventListener("htmx:afterSwap", narrow);
// What opens a dialog does so in place of the palette.
palette?.addEventListener("click", (event) => event.target.closest(".hit[hx-get]") && palette.close());
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-palette]")) openPalette();
  if (event.target.closest("[data-key-list]")) openKeyList();
});
