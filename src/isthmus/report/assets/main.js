"use strict";
(() => {
  const look = (wanted) => {
    document.documentElement.dataset.theme = wanted.theme || "system";
    document.documentElement.toggleAttribute("data-one-seed", Boolean(wanted.seed));
  };

  const show = () => {
    const wanted = State.read();
    look(wanted);
    const { shown, all } = Tables.filter(wanted);
    Charts.update(wanted);
    const rows = shown < all ? `${shown} of ${all} rows shown. ` : "";
    const seed = wanted.seed
      ? `Seed ${wanted.seed} alone, so no intervals; answer, claims and what says so are over all seeds.`
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
