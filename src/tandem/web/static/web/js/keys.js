/* The keys of every page: '/' for the search, '?' for help. Other scripts add theirs with `tandemKeys.add`. They can be
   switched off in this browser, for those who dictate. */
"use strict";

const KEYS_OFF = "tandem-keys-off"; // in this browser's storage

const tandemKeys = {
  actions: {},
  add(actions) {
    Object.assign(this.actions, actions);
  },
};

tandemKeys.add({
  "/": () => document.getElementById("q")?.focus(),
  "?": () => document.getElementById("keys").showModal(),
});

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input:not([type=checkbox]), textarea, select, dialog[open], [contenteditable]");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const action = tandemKeys.actions[event.key];
  if (!action || (localStorage.getItem(KEYS_OFF) && event.key !== "?")) return;
  event.preventDefault();
  action();
});

const keysSwitch = document.querySelector("[data-keys-switch]");
keysSwitch.checked = !localStorage.getItem(KEYS_OFF);
keysSwitch.addEventListener("change", () => {
  if (keysSwitch.checked) localStorage.removeItem(KEYS_OFF);
  else localStorage.setItem(KEYS_OFF, "1");
});
