"use strict";
(() => {
  const theme = (wanted) => {
    document.documentElement.dataset.theme = wanted.theme || "system";
  };

  const show = () => {
    const wanted = State.read();
    theme(wanted);
    const { shown, all } = Tables.filter(wanted);
    Charts.update(wanted);
    const rows = shown < all ? `${shown} of ${all} rows shown. ` : "";
    const seed = wanted.seed
      ? `Charts show seed ${wanted.seed} alone; means and intervals in tables are over all seeds.`
      : "";
    document.querySelector("#choices output").textContent = rows + seed;
  };

  const drawn = Charts.drawAll(State.read); // those above; the tables are still to come
  document.addEventListener("DOMContentLoaded", async () => {
    document.querySelectorAll("table.sortable").forEach(Tables.makeSortable);
    State.follow();
    State.listen(show);
    await drawn;
    await Charts.drawAll(State.read);
    Charts.update(State.read());
    document.documentElement.dataset.drawn = String(Charts.count());
  });
})();
