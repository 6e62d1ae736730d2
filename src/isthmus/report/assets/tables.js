"use strict";
/** Tables that filter by what their rows are about, and sort by their heads. */
const Tables = (() => {
  const FILTERS = ["route", "target", "language", "metric", "seed"];

  /** Whether something about some of these is asked for; what it does not say is not held to it. */
  const isShown = (about, wanted) =>
    FILTERS.every((name) => !wanted[name] || about[name] === undefined || about[name] === wanted[name]);

  const isHidden = ({ dataset }, wanted) =>
    !isShown(dataset, wanted) || (Boolean(wanted.seed) && "overSeeds" in dataset);

  /** Columns go like rows, such as those of a target that is not asked for. */
  const filterColumns = (wanted) => {
    for (const head of document.querySelectorAll("table.sortable th")) {
      const hidden = isHidden(head, wanted);
      if (head.hidden === hidden) continue;
      head.hidden = hidden;
      for (const row of head.closest("table").tBodies[0].rows) {
        row.cells[head.cellIndex].hidden = hidden;
      }
    }
  };

  const SEEDS = [...document.querySelectorAll("select[name=seed] option")].map(({ value }) => value);
  let seedShown = "";

  /** Cells show one seed's number, or all seeds' again; what is sorted stays sorted. */
  const showSeed = (seed) => {
    if (seed === seedShown) return;
    for (const cell of document.querySelectorAll("td[data-alone]")) {
      const place = cell.firstElementChild ?? cell;
      cell.whole ??= { text: place.textContent, value: cell.dataset.value };
      const { text, value } = cell.whole;
      place.textContent = seed ? cell.dataset.alone.split("|")[SEEDS.indexOf(seed) - 1] : text;
      if (seed) delete cell.dataset.value;
      else if (value !== undefined) cell.dataset.value = value;
    }
    seedShown = seed;
    document.querySelectorAll("th[aria-sort]").forEach(sortBy);
  };

  const filter = (wanted) => {
    let shown = 0;
    let all = 0;
    showSeed(wanted.seed ?? "");
    filterColumns(wanted);
    for (const row of document.querySelectorAll("table.sortable tbody tr")) {
      row.hidden = isHidden(row, wanted);
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

  const sort = (head) => {
    const ascending = head.getAttribute("aria-sort") !== "ascending";
    for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", ascending ? "ascending" : "descending");
    sortBy(head);
  };

  /** Rows in the order that a head says it has. */
  const sortBy = (head) => {
    const ascending = head.getAttribute("aria-sort") === "ascending";
    const body = head.closest("table").tBodies[0];
    const keyed = [...body.rows].map((row) => [keyOf(row.cells[head.cellIndex]), row]);
    keyed.sort(([one], [other]) => compare(one, other, ascending ? 1 : -1));
    body.append(...keyed.map(([, row]) => row));
  };

  const makeSortable = (table) => {
    for (const head of table.tHead.rows[0].cells) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      button.addEventListener("click", () => sort(head));
      head.append(button);
    }
  };

  return { filter, isShown, makeSortable };
})();
