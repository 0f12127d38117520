"use strict";
// Sorting, search and folding only: everything on the page reads without it.
(() => {
  const get = (id) => document.getElementById(id);
  const table = get("table");
  if (table) {
    const body = table.tBodies[0];
    const rows = [...body.rows];
    const text = rows.map((row) => row.textContent.toLowerCase());
    const letters = rows.map((row) => row.cells[0].textContent.trim());
    const listed = rows.map((row) => row.cells[2].textContent.split(", ").map((name) => name.trim()));
    const search = get("search"), relation = get("relation"), list = get("list"), shown = get("shown");
    const filter = () => {
      const words = search.value.toLowerCase().split(/\s+/);
      let number = 0;
      rows.forEach((row, k) => {
        row.hidden = !(words.every((word) => text[k].includes(word))
          && (!relation.value || letters[k] === relation.value)
          && (!list.value || listed[k].includes(list.value)));
        number += row.hidden ? 0 : 1;
      });
      shown.textContent = `${number} of ${rows.length} shown`;
    };
    [search, relation, list].forEach((one) => one.addEventListener("input", filter));
    get("tools").addEventListener("submit", (event) => event.preventDefault());
    get("tools").hidden = false;
    filter();
    // "< 0.01 %" sorts below 0.01; what is not given comes last either way.
    const number = (cell) => {
      const found = cell.textContent.replace(/[,\s\u202f]/g, "").replace("\u2212", "-").match(/-?\d+(\.\d+)?/);
      return found ? Number(found[0]) - (cell.textContent.includes("<") ? 0.005 : 0) : NaN;
    };
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      if (!column) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      const figures = head.classList.contains("r");
      button.addEventListener("click", () => {
        // Figures begin with the largest, words with A; a second click turns them round.
        const last = head.getAttribute("aria-sort");
        const step = (last ?? (figures ? "ascending" : "descending")) === "ascending" ? -1 : 1;
        [...table.tHead.rows[0].cells].forEach((cell) => cell.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", step > 0 ? "ascending" : "descending");
        const sorted = [...rows].sort((a, b) => {
          if (!figures) return step * a.cells[column].textContent.localeCompare(b.cells[column].textContent, "en");
          const [x, y] = [number(a.cells[column]), number(b.cells[column])];
          return Number.isNaN(x) ? 1 : Number.isNaN(y) ? -1 : step * (x - y);
        });
        body.append(...sorted);
      });
    });
  }
  const folds = [...document.querySelectorAll("details")];
  const companies = folds.filter((one) => one.classList.contains("company"));
  if (companies.length) {
    get("folds").hidden = false;
    get("open").addEventListener("click", () => companies.forEach((one) => { one.open = true; }));
    get("close").addEventListener("click", () => companies.forEach((one) => { one.open = false; }));
  }
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = folds.filter((one) => !one.open);
    closed.forEach((one) => { one.open = true; });
  });
  addEventListener("afterprint", () => closed.forEach((one) => { one.open = false; }));
})();
