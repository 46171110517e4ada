/* The Smart CRM list: rows that open at a click, keys to walk and tick them, and a toast that leaves by itself. */
"use strict";

const TOAST_MILLISECONDS = 10_000;
const KEYS_OFF = "tandem-keys-off"; // in this browser's storage

const rowsOf = () => [...document.querySelectorAll("#list tbody tr")];
const rowInHand = () => document.activeElement?.closest("#list tbody tr");
const linkOf = (row) => row?.querySelector(".table__link");

function step(distance) {
  const rows = rowsOf();
  const here = rows.indexOf(rowInHand());
  const there = here < 0 ? 0 : Math.min(Math.max(here + distance, 0), rows.length - 1);
  linkOf(rows[there])?.focus();
}

const actions = {
  j: () => step(1),
  k: () => step(-1),
  x: () => rowInHand()?.querySelector('input[name="contact"]').click(),
  e: () => {
    const link = linkOf(rowInHand());
    if (link) window.location.assign(`${link.getAttribute("href")}/edit`);
  },
  "?": () => document.getElementById("keys").showModal(),
};

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input:not([type=checkbox]), textarea, select, dialog, [contenteditable]");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  const action = actions[event.key];
  if (!action || (localStorage.getItem(KEYS_OFF) && event.key !== "?")) return;
  event.preventDefault();
  action();
});

document.addEventListener("click", (event) => {
  const row = event.target.closest("#list tbody tr");
  const isOther = event.target.closest("a, button, input, label, select") || window.getSelection().toString();
  if (row && !isOther) linkOf(row).click();
});

function prepareKeys() {
  const box = document.querySelector("[data-keys-switch]");
  box.checked = !localStorage.getItem(KEYS_OFF);
  box.addEventListener("change", () => {
    if (box.checked) localStorage.removeItem(KEYS_OFF);
    else localStorage.setItem(KEYS_OFF, "1");
  });
}

/* Whoever is at the toast keeps it. */
function leave(toast) {
  if (toast.matches(":hover, :focus-within")) setTimeout(() => leave(toast), 1000);
  else toast.remove();
}

const toast = document.querySelector("[data-toast]");
if (toast) setTimeout(() => leave(toast), TOAST_MILLISECONDS);
prepareKeys();
