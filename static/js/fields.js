// Ticks with a bulk bar, copying, printing, counting letters.
const all = (selector, scope) => [...scope.querySelectorAll(selector)];
let last = null; // the box ticked last, where a range begins

// <div data-ticks> holds rows with .check, one .check[data-tick-all] and one .bulk with .n
function refresh(list) {
  const boxes = all("[data-row] .check", list);
  const ticked = boxes.filter((box) => box.checked);
  for (const box of boxes) box.closest("[data-row]").classList.toggle("is-picked", box.checked);
  const head = list.querySelector("[data-tick-all]");
  if (head) {
    head.checked = boxes.length > 0 && ticked.length === boxes.length;
    head.indeterminate = ticked.length > 0 && ticked.length < boxes.length;
  }
  const bar = list.querySelector(".bulk");
  if (!bar) return;
  bar.hidden = ticked.length === 0;
  bar.querySelector(".n").textContent = `${ticked.length} selected`;
}

function tickRange(list, from, to) {
  const boxes = all("[data-row] .check", list);
  const [first, end] = [boxes.indexOf(from), boxes.indexOf(to)].sort((a, b) => a - b);
  if (first < 0) return;
  for (const box of boxes.slice(first, end + 1)) box.checked = to.checked;
}

document.addEventListener("click", (event) => {
  const list = event.target.closest("[data-ticks]");
  if (list && event.target.matches("[data-tick-all]")) {
    for (const box of all("[data-row] .check", list)) box.checked = event.target.checked;
  } else if (list && event.target.matches("[data-row] .check")) {
    if (event.shiftKey && last) tickRange(list, last, event.target);
    last = event.target;
  } else if (list && event.target.closest("[data-tick-none]")) {
    for (const box of all("[data-row] .check", list)) box.checked = false;
  }
  if (list) refresh(list);

  const copy = event.target.closest("[data-copy]");
  if (copy) copyText(copy);
  if (event.target.closest("[data-print]")) print();
});
document.addEventListener("htmx:afterSwap", () => all("[data-ticks]", document).forEach(refresh));
all("[data-ticks]", document).forEach(refresh);

// <button data-copy="id-of-the-text">Copy</button>
async function copyText(button) {
  const source = document.getElementById(button.dataset.copy);
  const text = source.value ?? source.textContent;
  try {
    await navigator.clipboard.writeText(text.trim());
    document.dispatchEvent(new CustomEvent("toast", { detail: { text: "Copied" } }));
  } catch {
    getSelection().selectAllChildren(source); // no clipboard without HTTPS: ready for the keyboard
  }
}

// <textarea data-count="id-of-the-counter" maxlength="600">
function count(field) {
  const place = document.getElementById(field.dataset.count);
  if (place) place.textContent = `${field.value.length} of ${field.maxLength}`;
}
document.addEventListener("input", (event) => event.target.matches("[data-count]") && count(event.target));
all("[data-count]", document).forEach(count);
