"use strict";
// Search and sorting only: everything reads without it.
(() => {
  // "< 0.01 %" sorts below 0.01; what is not given comes last either way.
  const figure = (cell) => {
    const text = cell.dataset.order ?? cell.textContent;
    const found = text.replace(/[,\s\u202f]/g, "").replace("\u2212", "-").match(/-?\d+(\.\d+)?/);
    return found ? Number(found[0]) - (text.includes("<") ? 0.005 : 0) : NaN;
  };
  for (const table of document.querySelectorAll("table.sorted")) {
    const heads = [...table.tHead.rows[0].cells];
    const rows = [...table.tBodies[0].rows];
    heads.forEach((head, column) => {
      if (head.classList.contains("fixed")) return;
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
  }
  for (const form of document.querySelectorAll("form[data-for]")) {
    const rows = [...document.getElementById(form.dataset.for).tBodies[0].rows];
    const texts = rows.map((row) => row.textContent.toLowerCase());
    const field = form.querySelector("input"), shown = form.querySelector("output");
    const filter = () => {
      const words = field.value.toLowerCase().split(/\s+/);
      rows.forEach((row, k) => { row.hidden = !words.every((word) => texts[k].includes(word)); });
      shown.textContent = `${rows.filter((row) => !row.hidden).length} of ${rows.length} shown`;
    };
    field.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.hidden = rows.length < 8;
    filter();
  }
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    closed.forEach((one) => { one.open = true; });
  });
  addEventListener("afterprint", () => closed.forEach((one) => { one.open = false; }));
})();
