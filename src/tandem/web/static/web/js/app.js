/* Comforts that no page depends on: menus that close, ticking by page and range, rows of a form, the '/' key. */
"use strict";

let lastTicked = null;
let nextRow = 5000; // above every row that the server made

const boxesOf = (form) => [...form.querySelectorAll('input[name="contact"]')];

function showSelection(form) {
  const boxes = boxesOf(form);
  const ticked = boxes.filter((box) => box.checked).length;
  const everything = form.querySelector("[data-everything]");
  const selected = form.querySelector("[data-selected]");
  const pageBox = form.querySelector("[data-select-page]");
  const isAll = everything?.checked ?? false;
  pageBox.checked = ticked > 0 && ticked === boxes.length;
  pageBox.indeterminate = ticked > 0 && ticked < boxes.length;
  selected.textContent = isAll ? "All that match are selected" : `${ticked.toLocaleString("en")} selected`;
  selected.hidden = !isAll && ticked === 0;
  form.querySelector("[data-unselected]").hidden = !selected.hidden;
  if (everything) {
    everything.parentElement.hidden = !isAll && !pageBox.checked;
  }
}

function tickRange(form, box) {
  const boxes = boxesOf(form);
  const ends = [boxes.indexOf(lastTicked), boxes.indexOf(box)].sort((one, other) => one - other);
  if (ends[0] < 0) return;
  for (const each of boxes.slice(ends[0], ends[1] + 1)) each.checked = box.checked;
}

function prepare(root) {
  for (const form of root.querySelectorAll("form[data-selection]")) showSelection(form);
  for (const button of root.querySelectorAll("[data-add-row], [data-remove-row]")) button.hidden = false;
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
  const box = event.target.closest('input[name="contact"]');
  if (box) {
    if (event.shiftKey && lastTicked) tickRange(box.form, box);
    lastTicked = box;
    showSelection(box.form);
  }
  const add = event.target.closest("[data-add-row]");
  if (add) addRow(add);
  event.target.closest("[data-remove-row]")?.closest(".fields--row").remove();
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-selection]");
  if (!form) return;
  if (event.target.matches("[data-select-page]")) {
    for (const box of boxesOf(form)) box.checked = event.target.checked;
    const everything = form.querySelector("[data-everything]");
    if (everything && !event.target.checked) everything.checked = false;
  }
  showSelection(form);
});

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    document.getElementById("q")?.focus();
  }
  if (event.key === "Escape") {
    const menu = document.querySelector("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
});

document.addEventListener("htmx:load", (event) => prepare(event.target.parentElement ?? document));
prepare(document);
