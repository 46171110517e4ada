/* What the page asks for by itself: a thin bar while it takes long, a word and 'Try again' when it fails, and toasts that
   leave by themselves. */
"use strict";

const LONG_MILLISECONDS = 200;
const VERY_LONG_MILLISECONDS = 1500;
const TOAST_MILLISECONDS = 10_000;
const UNPROCESSABLE = 422; // a form with an error in it: its own script shows it

const busyBar = document.querySelector("[data-busy]");
const working = document.querySelector("[data-working]");
const failure = document.querySelector("[data-failure]");
const waits = new Map(); // by request: the timers, and what is marked as busy
let failed = null;

/* What asks again every few seconds is no wait of the user's. */
const isPoll = (element) => element.getAttribute("hx-trigger")?.startsWith("every") ?? false;

function begin(request, target) {
  const showBar = () => {
    busyBar.hidden = false;
    target?.setAttribute("aria-busy", "true");
  };
  const sayIt = () => {
    working.hidden = false;
  };
  const timers = [setTimeout(showBar, LONG_MILLISECONDS), setTimeout(sayIt, VERY_LONG_MILLISECONDS)];
  waits.set(request, { timers, target });
}

function end(request) {
  const wait = waits.get(request);
  if (!wait) return;
  wait.timers.forEach(clearTimeout);
  wait.target?.removeAttribute("aria-busy");
  waits.delete(request);
  if (waits.size > 0) return;
  busyBar.hidden = true;
  working.hidden = true;
}

function fail(detail) {
  if (detail.xhr.status === UNPROCESSABLE) return;
  failed = detail.requestConfig;
  failure.querySelector("[data-try-again]").hidden = failed.verb !== "get";
  failure.hidden = false;
}

document.addEventListener("htmx:beforeSend", ({ detail }) => {
  if (!isPoll(detail.elt)) begin(detail.xhr, detail.target);
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  end(detail.xhr);
  if (detail.successful) failure.hidden = true;
});

for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(name, ({ detail }) => fail(detail));
}

document.querySelector("[data-try-again]").addEventListener("click", () => {
  failure.hidden = true;
  const { verb, path, elt, target } = failed;
  if (elt.isConnected) htmx.ajax(verb, path, { source: elt, target });
  else window.location.reload();
});

/* A form that is sent whole leaves the page; what comes instead may take its time. A page that comes back from the
   browser's memory waits for nothing. */
document.addEventListener("submit", (event) => {
  const isDownload = event.submitter?.matches("[data-download]") ?? false;
  if (!event.defaultPrevented && !isDownload && event.target.method === "post") begin(event.target, null);
});
window.addEventListener("pageshow", () => [...waits.keys()].forEach(end));

/* Whoever is at the toast keeps it. */
function leave(toast) {
  if (toast.matches(":hover, :focus-within")) setTimeout(() => leave(toast), 1000);
  else toast.remove();
}

function prepareToasts() {
  for (const toast of document.querySelectorAll("[data-toast]:not([data-leaves])")) {
    toast.dataset.leaves = "";
    setTimeout(() => leave(toast), TOAST_MILLISECONDS);
  }
}

document.addEventListener("htmx:load", prepareToasts);
prepareToasts();
