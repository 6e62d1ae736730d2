"use strict";
/** Tables that filter by what their rows are about, and sort by their heads. */
const Tables = (() => {
  const FILTERS = ["route", "target", "language", "metric", "seed"];

  /** Whether something about some of these is asked for; what it does not say is not held to it. */
  const isShown = (about, wanted) =>
    FILTERS.every((name) => !wanted[name] || about[name] === undefined || about[name] === wanted[name]);

  const filter = (wanted) => {
    let shown = 0;
    let all = 0;
    for (const row of document.querySelectorAll("table.sortable tbody tr")) {
      row.hidden = !isShown(row.dataset, wanted);
      shown += row.hidden ? 0 : 1;
      all += 1;
    }
    for (const figure of document.querySelectorAll("figure")) {
      figure.hidden = !isShown(figure.dataset, wanted);
    }
    for (const link of document.querySelectorAll("a[data-seed]")) {
      link.hidden = Boolean(wanted.seed) && link.dataset.seed !== wanted.seed;
    }
    return { shown, all };
  };

  const keyOf = (cell) => {
    const raw = cell.dataset.value ?? cell.textContent;
    const isNumber = raw.trim() !== "" && Number.isFinite(Number(raw));
    return isNumber ? Number(raw) : raw.trim();
  };

  /** Numbers by size, text by the alphabet, what is empty always last. */
  const compare = (one, other, direction) => {
    if (one === "" || other === "") return (one === "") - (other === "");
    if (typeof one === "number" && typeof other === "number") return direction * (one - other);
    return direction * String(one).localeCompare(String(other), undefined, { numeric: true });
  };

  const sort = (table, head) => {
    const ascending = head.getAttribute("aria-sort") !== "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", ascending ? "ascending" : "descending");
    const body = table.tBodies[0];
    const keyed = [...body.rows].map((row) => [keyOf(row.cells[head.cellIndex]), row]);
    keyed.sort(([one], [other]) => compare(one, other, ascending ? 1 : -1));
    body.append(...keyed.map(([, row]) => row));
  };

  const makeSortable = (table) => {
    for (const head of table.tHead.rows[0].cells) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      button.addEventListener("click", () => sort(table, head));
      head.append(button);
    }
  };

  return { filter, isShown, makeSortable };
})();
