"use strict";
(() => {
  const output = document.querySelector("#choices output");

  const theme = (wanted) => {
    document.documentElement.dataset.theme = wanted.theme || "system";
  };

  const show = () => {
    const wanted = State.read();
    theme(wanted);
    const { shown, all } = Tables.filter(wanted);
    Charts.update(wanted);
    if (!output) return;
    const rows = shown < all ? `${shown} of ${all} rows shown. ` : "";
    const seed = wanted.seed
      ? `Charts show seed ${wanted.seed} alone; means and intervals in tables are over all seeds.`
      : "";
    output.textContent = rows + seed;
  };

  document.querySelectorAll("table.sortable").forEach(Tables.makeSortable);
  State.follow();
  State.listen(show);
  Charts.drawAll(State.read);
})();
