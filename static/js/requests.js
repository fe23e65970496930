// What every htmx request needs: the CSRF token, a word when it fails, and the focus in the right place.
const token = document.querySelector("meta[name='csrf-token']")?.content;
const FAILED = {
  400: "Not done: the server did not understand the request. Reload the page and try again.",
  403: "Not done: you may not do this. Reload the page if you think you may.",
  404: "Not done: it is no longer there, or you may not see it.",
  413: "Not sent: the file is too large.",
  429: "Not done: too many requests. Wait a minute and try again.",
};
const OTHER = "Not done: something went wrong on the server. Try again in a minute.";
const SILENT = "Not done: no answer from the server. Check the connection and try again.";

function tell(text) {
  document.dispatchEvent(new CustomEvent("toast", { detail: { text, bad: true } }));
}

document.addEventListener("htmx:configRequest", (event) => {
  const { verb, headers, parameters, triggeringEvent } = event.detail;
  if (verb !== "get" && token) headers["X-CSRFToken"] = token;
  // htmx overlooks the pressed button when it stands outside its form, as in the foot of a dialog.
  const button = triggeringEvent?.submitter;
  if (button?.name && !(button.name in parameters)) parameters[button.name] = button.value;
});

document.addEventListener("htmx:responseError", (event) => {
  const { xhr } = event.detail;
  // Signed out meanwhile: the page itself leads to the sign-in form and back.
  if (xhr.status === 401) location.reload();
  else tell(FAILED[xhr.status] ?? OTHER);
});
document.addEventListener("htmx:sendError", () => tell(SILENT));
document.addEventListener("htmx:timeout", () => tell(SILENT));

// The focus: to the first wrong field, else to what the answer names; a removed row hands it to the next.
function focusIn(scope) {
  const target = scope.querySelector("[aria-invalid='true'], [data-focus]");
  target?.focus();
  return Boolean(target);
}

// Rows keep their ids: where the row of the focus is gone, the one that stood after it takes over, at the end
// the one before; in it the same control as before, so that one key goes through a list.
let successor = null;
document.addEventListener("htmx:beforeSwap", (event) => {
  const active = document.activeElement;
  const row = active?.closest("[data-row]");
  const gone = row && (event.detail.target === row || event.detail.target.contains(row));
  if (!gone) return void (successor = null);
  const rows = [...document.querySelectorAll("[data-row]")];
  const at = rows.indexOf(row);
  successor = { rows: [...rows.slice(at), ...rows.slice(0, at).reverse()], control: active.dataset.rowKey };
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (focusIn(event.detail.elt)) successor = null;
  if (!successor) return;
  if (!document.activeElement.closest("[data-row]")) {
    const found = successor.rows.map((old) => (old.isConnected ? old : document.getElementById(old.id))).find(Boolean);
    const same = successor.control && found?.querySelector(`[data-row-key="${CSS.escape(successor.control)}"]`);
    (same || found?.querySelector("a[href], button"))?.focus();
  }
  successor = null;
});

// A file on its way shows how far it is.
document.addEventListener("htmx:xhr:progress", (event) => {
  const bar = event.target.querySelector?.("progress[data-upload]");
  if (!bar || !event.detail.lengthComputable) return;
  bar.hidden = false;
  bar.max = event.detail.total;
  bar.value = event.detail.loaded;
});

focusIn(document.getElementById("main") ?? document);
