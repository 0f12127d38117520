// Sorting, search and folding only: everything on the page reads without it.
(() => {
  const get = (id) => document.getElementById(id);
  const table = get("table");
  if (table) {
    const rows = [...table.tBodies[0].rows];
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
    sortable(table, (_, column) => !column);
  }
  const folds = [...document.querySelectorAll("details")];
  const companies = folds.filter((one) => one.classList.contains("company"));
  if (companies.length) {
    get("folds").hidden = false;
    get("open").addEventListener("click", () => companies.forEach((one) => { one.open = true; }));
    get("close").addEventListener("click", () => companies.forEach((one) => { one.open = false; }));
  }
  openForPrint();
})();
