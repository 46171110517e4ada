/* Whoever is kept, its single values are taken to begin with; one that was chosen by hand stays chosen. */
"use strict";

document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-pair]");
  if (!form || !event.isTrusted) return;
  if (event.target.name !== "primary") {
    event.target.dataset.chosen = "";
    return;
  }
  for (const radio of form.querySelectorAll("input[type=radio]:not([name=primary])")) {
    const isByHand = form.querySelector(`input[name="${radio.name}"][data-chosen]`);
    if (!isByHand && radio.value.startsWith(event.target.value)) radio.checked = true;
  }
});
