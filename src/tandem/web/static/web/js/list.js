/* The Smart CRM list: rows that open at a click, and keys to walk and tick them. */
"use strict";

const rowsOf = () => [...document.querySelectorAll("#list tbody tr")];
const rowInHand = () => document.activeElement?.closest("#list tbody tr");
const linkOf = (row) => row?.querySelector(".table__link");

function step(distance) {
  const rows = rowsOf();
  const here = rows.indexOf(rowInHand());
  const there = here < 0 ? 0 : Math.min(Math.max(here + distance, 0), rows.length - 1);
  linkOf(rows[there])?.focus();
}

tandemKeys.add({
  j: () => step(1),
  k: () => step(-1),
  x: () => rowInHand()?.querySelector('input[name="contact"]').click(),
  e: () => {
    const link = linkOf(rowInHand());
    if (link) window.location.assign(`${link.getAttribute("href")}/edit`);
  },
});

document.addEventListener("click", (event) => {
  const row = event.target.closest("#list tbody tr");
  const isOther = event.target.closest("a, button, input, label, select") || window.getSelection().toString();
  if (row && !isOther) linkOf(row).click();
});
