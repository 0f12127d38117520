"use strict";
// "< 0.01 %" sorts below 0.01; what is not given comes last either way.
const figure = (cell) => {
  const text = cell.dataset.order ?? cell.textContent;
  const found = text.replace(/[,\s\u202f]/g, "").replace("\u2212", "-").match(/-?\d+(\.\d+)?/);
  return found ? Number(found[0]) - (text.includes("<") ? 0.005 : 0) : NaN;
};
// A button in each column's head, but in those that are fixed.
const sortable = (table, fixed) => {
  const heads = [...table.tHead.rows[0].cells];
  const rows = [...table.tBodies[0].rows];
  heads.forEach((head, column) => {
    if (fixed(head, column)) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    const figures = head.classList.contains("r");
    button.addEventListener("click", () => {
      // Figures begin with the largest, words with A; a second click turns them round.
      const last = head.getAttribute("aria-sort") ?? (figures ? "ascending" : "descending");
      const step = last === "ascending" ? -1 : 1;
      heads.forEach((one) => one.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", step > 0 ? "ascending" : "descending");
      const compare = (a, b) => {
        const [x, y] = [a.cells[column], b.cells[column]];
        if (!figures) return step * x.textContent.localeCompare(y.textContent, "en");
        const [m, n] = [figure(x), figure(y)];
        return Number.isNaN(m) ? 1 : Number.isNaN(n) ? -1 : step * (m - n);
      };
      table.tBodies[0].append(...[...rows].sort(compare));
    });
  });
};
// On paper everything is open.
const openForPrint = () => {
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    closed.forEach((one) => { one.open = true; });
  });
  addEventListener("afterprint", () => closed.forEach((one) => { one.open = false; }));
};
