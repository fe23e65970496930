// Dialogs, sheets and menus. What htmx swaps into #overlay opens as a modal dialog of the browser's own.
const overlay = document.getElementById("overlay");
let opener = null; // what opened the dialog
let address = null; // the page's address before the dialog put its own there

function firstField(dialog) {
  return (
    dialog.querySelector("[autofocus], [aria-invalid='true']") ??
    dialog.querySelector("input:not([type=hidden]), select, textarea") ??
    dialog.querySelector(".btn--main") ??
    dialog.querySelector("button, a[href]")
  );
}

function show(dialog) {
  dialog.showModal();
  firstField(dialog)?.focus();
}

function leave() {
  overlay.replaceChildren();
  history.replaceState(history.state, "", address);
  (opener?.isConnected && opener.checkVisibility() ? opener : document.getElementById("main"))?.focus();
  opener = address = null;
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target !== overlay || address) return;
  opener = event.detail.elt;
  address = location.href;
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.target === overlay && !overlay.querySelector("dialog")) opener = address = null;
});

// What answers with a whole page is no dialog: the browser goes there.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target !== overlay || !/^\s*<!doctype/i.test(event.detail.serverResponse)) return;
  event.detail.shouldSwap = false;
  if (event.detail.requestConfig.verb === "get") location.assign(event.detail.pathInfo.responsePath ?? event.detail.pathInfo.finalRequestPath);
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== overlay) return;
  const dialog = overlay.querySelector("dialog");
  if (!dialog) return;
  dialog.addEventListener("close", leave);
  show(dialog);
  if (event.detail.requestConfig.verb === "get") history.replaceState(history.state, "", event.detail.pathInfo.responsePath);
});

// The server says that the task of the dialog is done: HX-Trigger: close-overlay
document.addEventListener("close-overlay", () => overlay.querySelector("dialog")?.close());

document.addEventListener("click", (event) => {
  const open = event.target.closest("[data-open]");
  if (open) show(document.getElementById(open.dataset.open));
  const close = event.target.closest("[data-close]");
  const around = close?.closest("dialog");
  if (around) {
    event.preventDefault();
    around.close();
  }
  // A click beside a dialog closes it, unless something could have been typed into it.
  if (event.target.matches("dialog") && !event.target.querySelector("form[method='post']")) event.target.close();
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target) || event.target.closest(".panel a, .panel button")) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

for (const dialog of document.querySelectorAll("dialog[data-autoopen]")) show(dialog);
