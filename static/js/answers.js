// The assessment by keyboard: a letter answers the question in focus, and the next one takes the focus at once.
// The letters are data-row-key, J and K walk (commands.js); what comes back swaps the row (htmx).
let byLetter = false; // whether the last thing that happened was a letter, and no click or tap
let goOn = ""; // the id of the row after the one whose field is being saved

const link = (row) => row?.querySelector("a[href]");

function nextOf(row) {
  const rows = [...document.querySelectorAll("[data-row]")];
  return rows[rows.indexOf(row) + 1];
}

document.addEventListener("keydown", (event) => {
  byLetter = event.key.length === 1 && event.key !== " ";
  const form = event.key === "Escape" && event.target.closest(".ask-form");
  if (form) form.querySelector("[data-cancel]")?.click();
}, true);
document.addEventListener("pointerdown", () => { byLetter = false; }, true);

document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt, requestConfig } = event.detail;
  const row = elt.closest?.(".ask");
  if (!row || requestConfig.verb !== "post") return;
  if (elt.matches(".answers")) {
    show(elt, requestConfig.parameters.letter ?? requestConfig.formData?.get("letter"));
    if (byLetter) link(nextOf(row))?.focus();
  } else if (elt.matches(".ask-form")) {
    goOn = nextOf(row)?.id ?? "";
  }
});

// Before the server has answered: the pressed one is marked, and a refusal puts it back.
function show(form, letter) {
  for (const option of form.querySelectorAll("button")) {
    option.dataset.was = option.getAttribute("aria-pressed");
    option.setAttribute("aria-pressed", String(option.value === letter));
  }
  for (const option of form.querySelectorAll("a[aria-current]")) option.removeAttribute("aria-current");
}

document.addEventListener("htmx:afterRequest", (event) => {
  const { elt, xhr } = event.detail;
  if (xhr.status >= 200 && xhr.status < 400) return;
  if (elt.matches?.(".answers")) {
    for (const option of elt.querySelectorAll("button[data-was]")) option.setAttribute("aria-pressed", option.dataset.was);
  }
  goOn = "";
});

document.addEventListener("htmx:afterSettle", () => {
  const row = document.getElementById(goOn);
  goOn = "";
  link(row)?.focus();
});

// One word at a time: whoever answers quickly is not to be walled in by toasts.
document.addEventListener("htmx:oobAfterSwap", (event) => {
  if (event.detail.target.id !== "toasts") return;
  for (const old of [...event.detail.target.querySelectorAll(".toast:not(.toast--bad)")].slice(0, -1)) old.remove();
});

// A link to one question puts the focus there, after the browser has gone to it.
function goTo() {
  if (location.hash.startsWith("#row-")) requestAnimationFrame(() => link(document.getElementById(location.hash.slice(1)))?.focus());
}
addEventListener("load", goTo);
addEventListener("hashchange", goTo);
