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
  for (const old of document.querySelectorAll("#toasts .toast:not(.toast--bad)")) old.remove(); // one word at a time
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
  const { elt, successful, xhr } = event.detail;
  if (elt.matches?.(".answers") && !successful && xhr.status !== 409 && xhr.status !== 422) {
    for (const option of elt.querySelectorAll("button[data-was]")) option.setAttribute("aria-pressed", option.dataset.was);
  }
  if (elt.matches?.(".ask-form") && !successful) goOn = "";
});

document.addEventListener("htmx:afterSettle", () => {
  const row = document.getElementById(goOn);
  goOn = "";
  link(row)?.focus();
});

// A link to one question puts the focus there.
if (location.hash.startsWith("#row-")) link(document.getElementById(location.hash.slice(1)))?.focus();
