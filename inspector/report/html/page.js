/* The page of `inspector report`: search, folding, sorting, keys, and the timeline. Everything from the trace goes into the page as text.
 *
 * One subject a function. What timeline.js needs of it is `page`. */
const page = (() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const root = document.documentElement;
  root.classList.add("scripted");

  /* Dark and light. */
  const redraws = [];
  function toggleTheme() {
    const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = isDark ? "light" : "dark";
    for (const redraw of redraws) redraw();
  }
  $("#theme").addEventListener("click", toggleTheme);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => redraws.forEach(redraw => redraw()));

  /* Findings: open and close, one after the other by keys. */
  const findings = $$(".finding");
  const fold = $("#fold");
  function tellFold() {
    const shown = findings.filter(finding => !finding.hidden);
    fold.hidden = !shown.length;
    fold.textContent = shown.every(finding => finding.open) ? "Close all" : "Open all";
  }
  function toggleAll() {
    const open = fold.textContent === "Open all";
    for (const finding of findings) finding.open = open;
    tellFold();
  }
  fold.addEventListener("click", toggleAll);
  $("#findings").addEventListener("toggle", tellFold, true);
  tellFold();

  function goTo(step) {
    const shown = findings.filter(finding => !finding.hidden);
    if (!shown.length) return;
    const now = shown.findIndex(finding => finding.classList.contains("current"));
    const next = shown[now < 0 ? (step > 0 ? 0 : shown.length - 1) : Math.min(Math.max(now + step, 0), shown.length - 1)];
    show(next);
  }
  function show(finding) {
    for (const other of findings) other.classList.toggle("current", other === finding);
    finding.open = true;
    finding.scrollIntoView({block: "start"});
    $("summary", finding).focus({preventScroll: true});
  }
  function openTarget() {
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (target instanceof HTMLDetailsElement) {
      target.open = true;
      target.scrollIntoView({block: "start"});
    }
  }
  addEventListener("hashchange", openTarget);
  openTarget();

  /* Pictures that are wider than the page can be seen in full. */
  for (const figure of $$("figure")) {
    const svg = $("svg", figure);
    if (!svg) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Full size";
    button.addEventListener("click", () => {
      button.textContent = figure.classList.toggle("full") ? "Fit" : "Full size";
    });
    const fits = () => (button.hidden = !figure.classList.contains("full") && svg.width.baseVal.value <= figure.clientWidth);
    figure.before(button);
    new ResizeObserver(fits).observe(figure);
  }

  /* Search. */
  const search = $("#search"), hits = $("#hits");
  const searched = [...findings, ...$$("table.sortable tbody tr")].map(element => ({element, text: null}));
  const listeners = []; /* who else wants to know what is searched for */
  function filter() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let n = 0;
    for (const entry of searched) {
      if (words.length && entry.text === null) entry.text = entry.element.textContent.toLowerCase();
      const isHit = words.every(word => entry.text.includes(word));
      entry.element.hidden = !isHit;
      n += isHit;
    }
    hits.textContent = words.length ? `${n} of ${searched.length}` : "";
    for (const listener of listeners) listener(words);
    tellFold();
  }
  search.addEventListener("input", filter);

  /* Tables: a click on a heading sorts, greatest first. */
  function sortBy(table, column, heading) {
    const isDown = heading.getAttribute("aria-sort") !== "descending";
    const body = $("tbody", table), value = row => row.cells[column].dataset.value;
    const compare = (a, b) => value(a) === undefined ? a.cells[column].textContent.localeCompare(b.cells[column].textContent)
                                                     : Number(value(a)) - Number(value(b));
    const rows = [...body.rows].sort((a, b) => isDown ? compare(b, a) : compare(a, b));
    for (const other of $$("th[aria-sort]", table)) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", isDown ? "descending" : "ascending");
    body.append(...rows);
  }
  for (const table of $$("table.sortable"))
    $$("thead th", table).forEach((heading, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = heading.textContent;
      heading.replaceChildren(button);
      button.addEventListener("click", () => sortBy(table, column, heading));
    });

  /* Printing shows everything. */
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = $$(".finding:not([open]), .picture:not([open])");
    for (const element of closed) element.open = true;
  });
  addEventListener("afterprint", () => closed.forEach(element => (element.open = false)));

  /* Keys. */
  const keys = {"/": () => search.focus(), j: () => goTo(1), k: () => goTo(-1), o: toggleAll, t: toggleTheme};
  addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target === search && event.key === "Escape") {
      search.value = "";
      filter();
      search.blur();
    }
    if (event.target.matches("input, select, textarea") || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });

  return {$, $$, listeners, redraws};
})();
