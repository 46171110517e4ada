/* The contact page: a click on a value opens its field, Enter and Tab save it, Escape leaves it; copying; the key 'e'. */
const PAUSE_BEFORE_SAVING = 200; // milliseconds: a click elsewhere ends before the page moves

let rowInHand = 0; // which value of a list was clicked
let goesOn = false; // Tab saved: the next field is to be in hand

const formOf = (element) => element.closest?.("[data-fact-form]");
const typedIn = (form) => new URLSearchParams(new FormData(form)).toString();
const controlsOf = (form) =>
  [...form.querySelectorAll("input:not([type=hidden]), select, textarea, button:not([data-save])")].filter(
    (each) => each.offsetParent,
  );

/* A click on a value is one on its pencil, unless it presses something or selects text. */
document.addEventListener("click", (event) => {
  const fact = event.target.closest(".fact");
  const pencil = fact?.querySelector(".fact__edit");
  const value = event.target.closest("[data-value], .fact > dt");
  if (!pencil || !value || event.target.closest("a, button, time") || window.getSelection().toString()) return;
  rowInHand = Number(value.dataset.value ?? 0);
  pencil.click();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
});

async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    copyBySelection(button); // without https there is no clipboard
  }
  document.getElementById("said").textContent = button.dataset.said;
  const use = button.querySelector("use");
  const usual = use.getAttribute("href");
  use.setAttribute("href", usual.replace("#copy", "#check"));
  setTimeout(() => use.setAttribute("href", usual), 2000);
}

function copyBySelection(button) {
  const text = document.createElement("textarea");
  text.value = button.dataset.copy;
  button.after(text);
  text.select();
  document.execCommand("copy");
  text.remove();
  button.focus();
}

document.addEventListener("keydown", (event) => {
  const form = formOf(event.target);
  if (!form || event.isComposing) return;
  const isLast = controlsOf(form).at(-1) === event.target;
  if (event.key === "Escape") {
    event.preventDefault();
    form.querySelector("[data-leave]").click();
  } else if (event.key === "Tab" && !event.shiftKey && isLast) {
    event.preventDefault();
    goesOn = true;
    form.requestSubmit();
  } else if (event.key === "Enter" && savesByEnter(event)) {
    event.preventDefault();
    form.requestSubmit();
  }
});

/* In a text of several lines Enter is a line, so Ctrl or Command has to be held. */
function savesByEnter(event) {
  if (event.target.matches("textarea")) return event.ctrlKey || event.metaKey;
  return event.target.matches("input, select");
}

/* Whoever goes elsewhere after a change has it saved. */
document.addEventListener("focusout", (event) => {
  const form = formOf(event.target);
  if (!form) return;
  setTimeout(() => {
    const isLeft = form.isConnected && document.hasFocus() && !form.contains(document.activeElement);
    if (isLeft && form.dataset.typed !== undefined && form.dataset.typed !== typedIn(form)) form.requestSubmit();
  }, PAUSE_BEFORE_SAVING);
});

/* One answer is awaited at a time: a second Enter sends nothing. */
document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.detail.elt;
  if (!form.matches("[data-fact-form]")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
  delete form.dataset.typed;
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.elt.matches("[data-fact-form]")) delete event.detail.elt.dataset.sent;
});

document.addEventListener("htmx:afterSettle", (event) => {
  const fact = event.target.closest?.(".fact") ?? document.getElementById(event.detail.target?.id);
  if (!fact?.matches(".fact")) return;
  const form = fact.querySelector("[data-fact-form]");
  if (form) open(form);
  else close(fact);
});

/* Where nothing is lacking, the blank row at the end, for those without scripts, is in the way. */
function dropSpareRow(form) {
  const rows = [...form.querySelectorAll(".fields--row")];
  const isBlank = [...(rows.at(-1)?.querySelectorAll("input, textarea") ?? [])].every((each) => !each.value);
  if (rows.length > 1 && isBlank) rows.at(-1).remove();
}

/* A field that was opened and not changed is left when another one is opened. */
function leaveUnchanged(opened) {
  for (const form of document.querySelectorAll("[data-fact-form]")) {
    if (form !== opened && form.dataset.typed === typedIn(form)) form.querySelector("[data-leave]").click();
  }
}

function open(form) {
  dropSpareRow(form);
  leaveUnchanged(form);
  form.dataset.typed = typedIn(form);
  const wrong = form.querySelector("[aria-invalid]");
  const row = form.querySelectorAll(".fields--row")[rowInHand];
  const first = form.querySelector("[autofocus]") ?? controlsOf(form)[0];
  const control = wrong ?? row?.querySelector("input, textarea") ?? first;
  control?.focus();
  if (control?.matches("input[type=text], textarea")) control.setSelectionRange(control.value.length, control.value.length);
  rowInHand = 0;
  goesOn = false;
}

function close(fact) {
  const facts = [...document.querySelectorAll(".fact:has(.fact__edit)")];
  const next = goesOn ? facts[facts.indexOf(fact) + 1] : fact;
  const isElsewhere = document.activeElement && document.activeElement !== document.body;
  if (!isElsewhere) (next ?? fact).querySelector(".fact__edit")?.focus();
  goesOn = false;
}

tandemKeys.add({ e: () => document.querySelector("[data-edit]")?.click() });
