// Mentions: @ and some letters in a textarea with data-mentions offer people who may see the project.
// The attribute holds the address of the list; what is chosen is written as @[Name].
const TYPED = /(?:^|\s)@([\p{L}\p{N}.'-]{1,40})$/u;
const WAIT_MS = 150; // long enough not to ask for every letter
let list = null; // the list that is open
let field = null; // the textarea it belongs to
let timer = 0;
let asked = 0; // answers can overtake each other: only the newest counts

function typed(area) {
  return TYPED.exec(area.value.slice(0, area.selectionStart))?.[1];
}

function close() {
  clearTimeout(timer);
  asked += 1;
  list?.remove();
  field?.removeAttribute("aria-controls");
  field?.removeAttribute("aria-activedescendant");
  list = field = null;
}

function open(area, options) {
  close();
  if (!options.trim()) return;
  field = area;
  list = document.createElement("ul");
  list.className = "mention-list";
  list.id = "mention-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "People to mention");
  list.innerHTML = options; // made by our own template, which escapes
  area.after(list);
  area.setAttribute("aria-controls", list.id);
  pick(list.firstElementChild);
}

function pick(option) {
  for (const other of list.children) other.setAttribute("aria-selected", String(other === option));
  field.setAttribute("aria-activedescendant", option.id);
}

function choose(option) {
  const area = field;
  const before = area.value.slice(0, area.selectionStart).replace(/@[^@]*$/, `@[${option.dataset.name}] `);
  area.setRangeText(before, 0, area.selectionStart, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
  area.focus();
  close();
}

async function ask(area, letters) {
  const mine = (asked += 1);
  const answer = await fetch(`${area.dataset.mentions}?q=${encodeURIComponent(letters)}`);
  if (answer.ok && mine === asked) open(area, await answer.text());
}

document.addEventListener("input", (event) => {
  const area = event.target;
  if (!area.dataset?.mentions) return;
  const letters = typed(area);
  clearTimeout(timer);
  if (letters) timer = setTimeout(() => ask(area, letters), WAIT_MS);
  else close();
});

// Before anything else hears the keys: Enter chooses a person and sends nothing.
document.addEventListener(
  "keydown",
  (event) => {
    if (!list || event.target !== field) return;
    const now = list.querySelector("[aria-selected='true']");
    const step = { ArrowDown: now.nextElementSibling ?? list.firstElementChild, ArrowUp: now.previousElementSibling ?? list.lastElementChild }[event.key];
    if (step) pick(step);
    else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") choose(now);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);

document.addEventListener("pointerdown", (event) => {
  const option = list && event.target.closest(".mention-list li");
  if (option) {
    event.preventDefault();
    choose(option);
  } else if (list) close();
});
