// Search and sorting only: everything reads without it.
(() => {
  for (const table of document.querySelectorAll("table.sorted")) {
    sortable(table, (head) => head.classList.contains("fixed"));
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
  openForPrint();
})();
