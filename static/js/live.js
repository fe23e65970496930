// Parts of a page that look again by themselves: they change only where nobody is at work, and say so.
const EVERY = 30_000; // ms between two looks
const SPREAD = 0.2; // so that a hundred open tabs do not ask in the same second
const SLOWEST = 600_000; // after many failures
const SOON = 1_500; // when somebody is at work in the part, or has just come back to the tab
const GONE = [204, 401, 403, 404]; // signed out, or no longer there: nothing to look at any more
const points = matchMedia("(hover: hover)"); // a finger leaves :hover behind, a mouse does not
const known = new WeakMap(); // part -> { seen, failures, timer }
const says = document.createElement("p");
says.className = "sr";
says.setAttribute("role", "status");
document.body.append(says);

function jittered(ms) {
  return ms * (1 + SPREAD * (2 * Math.random() - 1));
}

function plan(part, ms) {
  const state = known.get(part);
  clearTimeout(state.timer);
  state.timer = setTimeout(look, ms, part);
}

function begin() {
  for (const part of document.querySelectorAll("[data-live]")) {
    if (known.has(part)) continue;
    known.set(part, { seen: part.dataset.liveSeen, failures: 0 });
    plan(part, jittered(EVERY));
  }
}

// Whether somebody is at work in a part: it must not move under their hands or eyes.
function isBusy(part) {
  if (part.contains(document.activeElement)) return true;
  const chosen = getSelection();
  if (!chosen.isCollapsed && chosen.rangeCount && chosen.getRangeAt(0).intersectsNode(part)) return true;
  if (points.matches && part.matches(":hover")) return true;
  if (part.querySelector("details.menu[open], .check:checked, .htmx-request, dialog[open]")) return true;
  const above = document.querySelector("dialog[open]");
  if (above && !above.contains(part)) return true;
  const fields = part.querySelectorAll("input:not([type=hidden], [type=checkbox], [type=radio]), textarea");
  return [...fields].some((field) => field.value !== field.defaultValue);
}

async function look(part) {
  if (!part.isConnected) return;
  if (document.hidden) return; // coming back to the tab looks again
  if (isBusy(part)) return plan(part, SOON);
  const state = known.get(part);
  const headers = { "X-Live": part.id, "HX-Request": "true" };
  if (state.seen) headers["If-None-Match"] = `"${state.seen}"`;
  try {
    const answer = await fetch(part.dataset.live || location.href, { headers, signal: AbortSignal.timeout(EVERY) });
    if (GONE.includes(answer.status)) return;
    if (answer.status !== 304 && !answer.ok) throw new Error(answer.status);
    const html = answer.status === 304 ? null : await answer.text();
    state.failures = 0;
    // What was asked for before somebody came here is asked for again when they have left.
    if (html !== null && (!part.isConnected || isBusy(part))) return plan(part, SOON);
    if (html !== null) take(part, html, answer.headers.get("ETag"));
    checked(part, answer.headers.get("X-Checked"));
    plan(part, jittered(EVERY));
  } catch {
    state.failures += 1;
    plan(part, jittered(Math.min(EVERY * 2 ** state.failures, SLOWEST)));
  }
}

function take(part, html, mark) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  const before = lines(part);
  const isSame = words(part) === words(fresh.content);
  if (!isSame || fresh.content.querySelector("[hx-swap-oob]")) swap(part, html);
  known.get(part).seen = mark?.match(/"(.*)"/)?.[1];
  if (isSame) return;
  const changed = [...rows(part)].filter((row) => !before.has(words(row)));
  for (const row of changed) {
    row.classList.add("is-fresh");
    row.addEventListener("animationend", () => row.classList.remove("is-fresh"), { once: true });
  }
  const number = changed.length === 1 ? "1 change" : `${changed.length} changes`;
  says.textContent = `${part.dataset.liveName || "Page"}: ${changed.length ? number : "changed"}`;
}

// What is unfolded or scrolled sideways stays so.
function swap(part, html) {
  const open = [...part.querySelectorAll("details[open] > summary")].map(words);
  const aside = [...part.querySelectorAll(".x-scroll, .table-wrap")].map((box) => box.scrollLeft);
  window.htmx.swap(part, html, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 });
  for (const summary of part.querySelectorAll("details > summary")) {
    if (open.includes(words(summary))) summary.parentElement.open = true;
  }
  part.querySelectorAll(".x-scroll, .table-wrap").forEach((box, place) => (box.scrollLeft = aside[place] ?? 0));
}

function rows(part) {
  return part.querySelectorAll("[data-row], .state-row, .timeline > li, .list > li:not([data-row])");
}

function lines(part) {
  return new Set([...rows(part)].map(words));
}

// What people read: "3 minutes ago" becoming "4 minutes ago" is no change.
function words(part) {
  const copy = part.cloneNode(true);
  for (const each of copy.querySelectorAll("time, [hx-swap-oob], input[type=hidden]")) each.remove();
  return copy.textContent.replace(/\s+/g, " ").trim();
}

function checked(part, at) {
  const place = document.querySelector(`[data-checked="${part.id}"]`);
  if (place && at) place.textContent = at;
}

// Somebody filtered, sorted or ticked off: what is there now is not what was looked at.
document.addEventListener("htmx:afterSwap", (event) => {
  for (const part of document.querySelectorAll("[data-live]")) {
    if (known.has(part) && (part === event.detail.target || part.contains(event.detail.target))) {
      known.get(part).seen = "";
    }
  }
});
document.addEventListener("htmx:afterSettle", begin);
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  for (const part of document.querySelectorAll("[data-live]")) if (known.has(part)) plan(part, jittered(SOON));
});

begin();
