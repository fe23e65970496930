// The matrix: choosing a bubble, the day's slider, pictures as PNG, and bubbles that are put elsewhere to see
// what would have to change. Without it every link and form of the page does the same by loading a page.
const POINTS = 1; // by which an arrow key moves a bubble; with Shift, FAR of them
const FAR = 5;
const FROM = 5; // pixels that a pointer has to go before it is a drag
const SHARP = 2; // a PNG has so many pixels to one of the drawing
const SVG = "http://www.w3.org/2000/svg";

// ---- choosing
function choose(bubble) {
  const figure = bubble.closest("[data-side]");
  if (!figure) return false;
  const key = bubble.dataset.project;
  window.htmx.ajax("GET", bubble.getAttribute("href"), { source: figure, target: figure.dataset.side, swap: "outerHTML" }).then(() => {
    const again = [...document.querySelectorAll(`[data-project="${CSS.escape(key)}"]`)].find((each) => each.checkVisibility());
    again?.focus();
  });
  return true;
}

document.addEventListener("click", (event) => {
  const bubble = event.target.closest?.("a.bubble");
  if (!bubble || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  if (dragged) {
    event.preventDefault();
    dragged = false;
  } else if (choose(bubble)) event.preventDefault();
});

// ---- a bubble put elsewhere: a ghost of it moves, the bubble stays where its answers put it
let ghost = null; // { bubble, layer, plot, x, y }
let dragged = false;
let press = null;

function plotOf(svg) {
  const [left, right, bottom, top, lowX, highX, lowY, highY] = svg.dataset.plot.split(" ").map(Number);
  return { left, right, bottom, top, lowX, highX, lowY, highY };
}

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const canMove = (bubble) => bubble.closest("svg")?.dataset.propose;

function raise(bubble) {
  const svg = bubble.closest("svg");
  const dot = bubble.querySelector(".dot");
  const plot = plotOf(svg);
  const layer = document.createElementNS(SVG, "g");
  layer.setAttribute("class", "ghost");
  for (const name of ["path", "circle", "text"]) layer.append(document.createElementNS(SVG, name));
  svg.append(layer);
  const [cx, cy] = [Number(dot.getAttribute("cx")), Number(dot.getAttribute("cy"))];
  ghost = {
    bubble, layer, plot, from: [cx, cy], r: Number(dot.getAttribute("r")),
    x: plot.lowX + ((cx - plot.left) / (plot.right - plot.left)) * (plot.highX - plot.lowX),
    y: plot.lowY + ((cy - plot.bottom) / (plot.top - plot.bottom)) * (plot.highY - plot.lowY),
  };
  [ghost.x, ghost.y] = [Math.round(ghost.x), Math.round(ghost.y)];
  ghost.was = [ghost.x, ghost.y];
}

function put(x, y) {
  const { plot } = ghost;
  ghost.x = clamp(Math.round(x), plot.lowX, plot.highX);
  ghost.y = clamp(Math.round(y), plot.lowY, plot.highY);
  const cx = plot.left + ((ghost.x - plot.lowX) / (plot.highX - plot.lowX)) * (plot.right - plot.left);
  const cy = plot.bottom + ((ghost.y - plot.lowY) / (plot.highY - plot.lowY)) * (plot.top - plot.bottom);
  const [path, circle, text] = ghost.layer.children;
  path.setAttribute("d", `M${ghost.from[0]} ${ghost.from[1]}L${cx} ${cy}`);
  for (const [name, value] of [["cx", cx], ["cy", cy], ["r", ghost.r]]) circle.setAttribute(name, value);
  for (const [name, value] of [["x", cx], ["y", cy - ghost.r - 8]]) text.setAttribute(name, value);
  text.textContent = `Risk ${ghost.x}, impact ${ghost.y}`;
}

function drop() {
  ghost?.layer.remove();
  ghost = null;
}

function ask() {
  const { bubble, x, y, was } = ghost;
  const query = new URLSearchParams();
  if (x !== was[0]) query.set("risk", x);
  if (y !== was[1]) query.set("impact", y);
  const address = bubble.closest("svg").dataset.propose.replace("KEY", bubble.dataset.project);
  drop();
  if (query.size) window.htmx.ajax("GET", `${address}?${query}`, { source: "#overlay", target: "#overlay", swap: "innerHTML" });
}

function pointOf(svg, event) {
  const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  const plot = plotOf(svg);
  return [
    plot.lowX + ((place.x - plot.left) / (plot.right - plot.left)) * (plot.highX - plot.lowX),
    plot.lowY + ((place.y - plot.bottom) / (plot.top - plot.bottom)) * (plot.highY - plot.lowY),
  ];
}

document.addEventListener("pointerdown", (event) => {
  const bubble = event.target.closest?.("a.bubble");
  dragged = false;
  if (bubble && !event.button && event.pointerType !== "touch" && canMove(bubble)) press = { bubble, x: event.clientX, y: event.clientY };
});
document.addEventListener("pointermove", (event) => {
  if (!press) return;
  if (!ghost && Math.hypot(event.clientX - press.x, event.clientY - press.y) < FROM) return;
  if (!ghost) raise(press.bubble);
  put(...pointOf(press.bubble.closest("svg"), event));
});
document.addEventListener("pointerup", () => {
  if (press && ghost) {
    dragged = true; // the click that follows is none
    setTimeout(() => { dragged = false; });
    ask();
  }
  press = null;
});
document.addEventListener("pointercancel", () => {
  press = null;
  drop();
});
document.addEventListener("dragstart", (event) => event.target.closest?.("a.bubble") && event.preventDefault());

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
document.addEventListener("keydown", (event) => {
  const bubble = event.target.closest?.("a.bubble");
  if (event.key === " " && event.target.matches?.("[role='switch']")) {
    event.preventDefault();
    event.target.click();
  }
  if (!bubble || !canMove(bubble)) return;
  const way = ARROWS[event.key];
  if (way) {
    if (ghost?.bubble !== bubble) { drop(); raise(bubble); }
    const far = event.shiftKey ? FAR : POINTS;
    put(ghost.x + way[0] * far, ghost.y + way[1] * far);
    say(`Risk ${ghost.x}, impact ${ghost.y}. Enter shows what would have to change, Escape leaves it.`);
  } else if (ghost && event.key === "Enter") ask();
  else if (ghost && event.key === "Escape") drop();
  else return;
  event.preventDefault();
}, true);
document.addEventListener("focusout", (event) => { if (event.target === ghost?.bubble && !press) drop(); });

function say(words) {
  const place = document.getElementById("mx-said");
  if (place) place.textContent = words;
}

// ---- the day: a slider over the days of the list; the newest stands at its right end
function slide() {
  const slider = document.getElementById("mx-slider");
  const days = document.getElementById("mx-day");
  if (!slider || !days || !slider.hidden) return;
  const last = days.options.length - 1;
  slider.max = last;
  slider.value = last - days.selectedIndex;
  slider.hidden = false;
  const name = () => slider.setAttribute("aria-valuetext", days.options[last - slider.value].text);
  name();
  slider.addEventListener("input", () => {
    days.selectedIndex = last - slider.value;
    name();
  });
  slider.addEventListener("change", () => days.dispatchEvent(new Event("change", { bubbles: true })));
  for (const button of document.querySelectorAll("[data-scripted='hide']")) button.hidden = true;
}

// ---- files and print
async function png(link) {
  const picture = new Image();
  picture.src = link.href;
  await picture.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: picture.naturalWidth * SHARP, height: picture.naturalHeight * SHARP });
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const file = await new Promise((done) => canvas.toBlob(done, "image/png"));
  const address = URL.createObjectURL(file);
  Object.assign(document.createElement("a"), { href: address, download: link.dataset.png }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-png]");
  if (link) {
    event.preventDefault();
    png(link).catch(() => document.dispatchEvent(new CustomEvent("toast", { detail: { text: "The picture could not be drawn. Take the SVG instead.", bad: true } })));
  }
  if (event.target.closest?.("[data-print]")) window.print();
  if (event.target.closest?.("a[href='#mx-table']")) document.getElementById("mx-table").open = true;
});

function dress() {
  slide();
  for (const hidden of document.querySelectorAll("[data-png], [data-print]")) hidden.hidden = false;
}
dress();
document.addEventListener("htmx:afterSettle", dress);

// ---- presenting: arrows go through the months (data-key), Escape leaves
document.addEventListener("keydown", (event) => {
  const step = event.key === "ArrowLeft" || event.key === "ArrowRight" ? document.querySelector(`.present [data-key="${event.key}"]`) : null;
  const leave = event.key === "Escape" || event.key.toLowerCase() === "p" ? document.querySelector("[data-leave]") : null;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !(step || leave)) return;
  event.preventDefault();
  (step ?? leave).click();
});
