// Toasts: what happened, with Undo. They stay ten seconds, and longer while somebody looks; bad news stays until closed.
const STAY_MS = 10_000;
const region = document.getElementById("toasts");
const template = document.getElementById("toast-template");

function start(toast) {
  if (toast.classList.contains("toast--bad")) return;
  let timer = 0;
  const wait = () => {
    timer = setTimeout(() => toast.remove(), STAY_MS);
  };
  const stay = () => clearTimeout(timer);
  for (const look of ["pointerenter", "focusin"]) toast.addEventListener(look, stay);
  for (const away of ["pointerleave", "focusout"]) toast.addEventListener(away, wait);
  wait();
}

function make({ text, bad = false }) {
  const toast = template.content.cloneNode(true).querySelector(bad ? ".toast--bad" : ".toast:not(.toast--bad)");
  toast.querySelector("p").textContent = text;
  region.append(toast);
}

if (region) {
  // New toasts come from here, from the server's page and from answers of htmx: one watcher starts them all.
  new MutationObserver((changes) => {
    for (const node of changes.flatMap((change) => [...change.addedNodes])) if (node.matches?.(".toast")) start(node);
  }).observe(region, { childList: true });

  // A live region speaks of what is put into it, not of what it was born with.
  const born = [...region.children];
  region.replaceChildren();
  setTimeout(() => region.append(...born), 100);

  // From a script, or from the server: HX-Trigger: {"toast": {"text": "…", "bad": true}}
  document.addEventListener("toast", (event) => make(event.detail));
  region.addEventListener("click", (event) => {
    if (event.target.closest("[data-dismiss]")) event.target.closest(".toast").remove();
  });
}
