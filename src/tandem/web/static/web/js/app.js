/* Comforts that no page depends on: menus that close, ticking by page and range, rows of a form. */
"use strict";

let lastTicked = null;
let nextRow = 5000; // above every row that the server made

const ROW_BOX = 'input[name="contact"], input[name="link"]';
const boxesOf = (form) => [...form.querySelectorAll(ROW_BOX)];

function showSelection(form) {
  const boxes = boxesOf(form);
  const ticked = boxes.filter((box) => box.checked).length;
  const isAll = form.querySelector("[data-everything]")?.checked ?? false;
  const pageBox = form.querySelector("[data-select-page]");
  pageBox.checked = isAll || (ticked > 0 && ticked === boxes.length);
  pageBox.indeterminate = !pageBox.checked && ticked > 0;
  tellSelection(form, isAll, ticked);
}

function tellSelection(form, isAll, ticked) {
  const selected = form.querySelector("[data-selected]");
  const idle = form.querySelector("[data-unselected]");
  const exact = form.querySelector("[data-exact]")?.textContent.trim();
  const words = (isAll && selected.dataset.all) || selected.dataset.some || "# selected";
  selected.textContent = words.replace("#", isAll ? exact : ticked.toLocaleString(document.documentElement.lang));
  if (idle) {
    selected.hidden = !isAll && ticked === 0;
    idle.hidden = !selected.hidden;
  }
}

function tickRange(form, box) {
  const boxes = boxesOf(form);
  const ends = [boxes.indexOf(lastTicked), boxes.indexOf(box)].sort((one, other) => one - other);
  if (ends[0] < 0) return;
  for (const each of boxes.slice(ends[0], ends[1] + 1)) each.checked = box.checked;
}

/* All that match are all of the page, too: a row that is unticked takes back both. */
function tickPage(form, box) {
  const everything = form.querySelector("[data-everything]");
  if (box.matches("[data-select-page]") || (box === everything && box.checked)) {
    for (const each of boxesOf(form)) each.checked = box.checked;
  }
  if (everything && !box.checked) everything.checked = false;
}

function prepare(root) {
  for (const form of root.querySelectorAll("form[data-selection]")) showSelection(form);
  for (const each of root.querySelectorAll("[data-add-row], [data-remove-row], [data-scripted]")) each.hidden = false;
}

function addRow(button) {
  const list = button.closest("[data-rows]");
  const blank = document.getElementById(`row-${list.dataset.rows}`);
  const number = String(nextRow++);
  const row = blank.content.firstElementChild.cloneNode(true);
  for (const element of row.querySelectorAll("[name], [id], [for]")) {
    for (const attribute of ["name", "id", "for"]) {
      const value = element.getAttribute(attribute);
      if (value) element.setAttribute(attribute, value.replace("__row__", number));
    }
  }
  button.before(row);
  prepare(row.parentElement);
  row.querySelector("input, textarea").focus();
}

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  const box = event.target.closest(ROW_BOX);
  if (box) {
    if (event.shiftKey && lastTicked) tickRange(box.form, box);
    lastTicked = box;
  }
  const add = event.target.closest("[data-add-row]");
  if (add) addRow(add);
  event.target.closest("[data-remove-row]")?.closest(".fields--row").remove();
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-selection]");
  if (!form || !event.target.matches("input[type=checkbox]")) return;
  tickPage(form, event.target);
  showSelection(form);
});

/* The boxes are empty only after this event. */
document.addEventListener("reset", (event) => {
  if (event.target.matches("form[data-selection]")) setTimeout(() => showSelection(event.target));
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

document.addEventListener("htmx:load", (event) => prepare(event.target.parentElement ?? document));
document.addEventListener("htmx:afterSwap", (event) => {
  const form = event.target.closest("form[data-selection]");
  if (form) showSelection(form);
});
prepare(document);
/* Whoever comes back finds ticked what was, which the browser restores only now. */
window.addEventListener("pageshow", () => prepare(document));
