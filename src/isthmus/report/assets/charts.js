"use strict";
/** Charts over data that is filtered, ordered and placed as the reader has chosen. */
const Charts = (() => {
  const { data, similarity, languages, orders, specs, figures } =
    JSON.parse(document.getElementById("report-data").textContent);
  const views = [];
  const BAND_POINTS = 24;
  const SCATTER = { width: 230, height: 170 };
  const LETTER = { width: 6, height: 11 };

  const expand = (columns) => {
    const valuesOf = (column) => (column.texts ? column.at.map((place) => column.texts[place]) : column);
    const pairs = Object.entries(columns).map(([name, column]) => [name, valuesOf(column)]);
    const count = pairs.length ? pairs[0][1].length : 0;
    return Array.from({ length: count }, (_, row) => {
      const known = {};
      for (const [name, values] of pairs) if (values[row] !== null) known[name] = values[row];
      return known;
    });
  };
  const signed = (points) => (points < 0 ? "" : "+") + points.toFixed(1);

  /** A gain's interval in words, where the row is of a gain. */
  const said = (row) => {
    if (row.mark === undefined) return row;
    const bounds = row.low === undefined ? "no interval" : `${row.low.toFixed(1)}, ${row.high.toFixed(1)}`;
    return { ...row, interval: `${signed(row.gain)} [${bounds}]` };
  };

  const tables = Object.fromEntries(
    Object.entries(data).map(([name, each]) => [name, expand(each).map(said)]));
  const associations = expand(similarity);

  /** A row as one seed has it: no interval, no test. */
  const ofSeed = (row, seed) => {
    const found = seed && row.seeds ? row.seeds.find(([each]) => String(each) === seed) : null;
    if (!seed || !row.seeds) return row;
    if (!found) return null;
    const { low, high, q, ...rest } = row;
    const [, baseline, value] = found;
    if ("accuracy" in row) return { ...rest, accuracy: value };
    const gain = row.gain === undefined ? {} : { baseline, gain: value - baseline };
    const bare = { interval: "one seed: no interval", mark: "", told: false };
    return { ...rest, ...bare, score: value, ...gain };
  };

  const placed = (rows, order) => {
    const [codes, notes] = orders[order];
    const places = new Map(codes.map((code, place) => [code, place]));
    return rows.map((row) => {
      const { name, family } = languages[row.language];
      const note = notes[row.language];
      const full = `${name} (${row.language})${note ? `  ${note}` : ""}`;
      return { ...row, family, language_name: full, place: places.get(row.language) };
    });
  };

  const labels = (order, isShort) =>
    orders[order][0].map((code) => {
      const note = orders[order][1][code];
      return isShort ? code : `${languages[code].name} (${code})${note ? `  ${note}` : ""}`;
    });

  const band = ({ panel, line }) => {
    const [first, last, level, slope, centre, half, count, spread] = line;
    return Array.from({ length: BAND_POINTS }, (_, step) => {
      const x = first + ((last - first) * step) / (BAND_POINTS - 1);
      const y = level + slope * (x - centre);
      const wide = half * Math.sqrt(1 / count + (x - centre) ** 2 / spread);
      return { panel, x, y, low: y - wide, high: y + wide };
    });
  };

  /** Points with the names for which there is room, outermost first; the others tell theirs when asked. */
  const labelled = (points) => {
    const spread = (name) => {
      const values = points.map((point) => point[name]);
      const least = Math.min(...values);
      return [least, Math.max(...values) - least || 1];
    };
    const [[left, width], [low, height]] = [spread("x"), spread("y")];
    const placed = points.map((point) => ({
      ...point,
      across: ((point.x - left) / width) * SCATTER.width,
      up: ((point.y - low) / height) * SCATTER.height,
    }));
    const off = ({ across, up }) => Math.hypot(across - SCATTER.width / 2, up - SCATTER.height / 2);
    const written = [];
    for (const point of [...placed].sort((one, other) => off(other) - off(one))) {
      const half = (point.language.length * LETTER.width) / 2;
      const isFree = written.every((other) =>
        Math.abs(other.across - point.across) > half + other.half
        || Math.abs(other.up - point.up) > LETTER.height);
      if (isFree) written.push({ ...point, half });
    }
    const named = new Set(written.map(({ language }) => language));
    return points.map((point) => ({ ...point, label: named.has(point.language) ? point.language : "" }));
  };

  /** The scatters' points and lines, by the chosen outcome and distance. */
  const scatter = (rows, { outcome, distance }) => {
    if (!outcome) return { points: [], lines: [] };
    const split = outcome.indexOf(" ");
    const [what, route] = [outcome.slice(0, split), outcome.slice(split + 1)];
    const points = rows
      .filter((row) => row.route === route && !languages[row.language].is_source)
      .map((row) => ({ ...row, x: languages[row.language].distances[distance], y: row[what] }))
      .filter(({ x, y }) => x !== undefined && y !== undefined)
      .map((row) => ({ ...row, distance: row.x, outcome: row.y.toFixed(1) }));
    const found = associations.filter(
      (each) => each.what === what && each.route === route && each.distance === distance);
    for (const place of document.querySelectorAll("[data-correlation]")) {
      const own = found.find(({ panel }) => panel === place.dataset.correlation);
      place.textContent = own ? own.text : "";
    }
    const panels = [...new Set(points.map(({ panel }) => panel))];
    return {
      points: panels.flatMap((each) => labelled(points.filter(({ panel }) => panel === each))),
      lines: found.filter(({ line }) => line).flatMap(band),
    };
  };

  let last = { key: "", rows: {} };

  const chosenData = (wanted) => {
    const key = JSON.stringify(wanted);
    if (key !== last.key) last = { key, rows: choose(wanted) };
    return last.rows;
  };

  const choose = (wanted) => {
    const seen = (rows) => rows
      .filter((row) => Tables.isShown(row, wanted))
      .map((row) => ofSeed(row, wanted.seed))
      .filter((row) => row !== null);
    const shown = Object.fromEntries(Object.entries(tables).map(([name, rows]) => [name, seen(rows)]));
    shown.languages = placed(shown.languages, wanted.order);
    shown.curves = shown.curves.filter(({ of }) => of === (wanted.language ?? ""));
    const aboutRoutes = placed(tables.languages, wanted.order)
      .filter((row) => Tables.isShown({ ...row, route: undefined, seed: undefined }, wanted));
    return { ...shown, ...scatter(aboutRoutes, wanted) };
  };

  const showFailure = (place, error) => {
    place.textContent = `This chart cannot be drawn: ${error.message}`;
  };

  const hasLabels = ({ params = [] }) => params.some(({ name }) => name === "labels");

  const namesIn = (spec, names) => {
    const text = JSON.stringify(spec);
    return names.filter((name) => text.includes(`{"name":"${name}"}`));
  };

  /** Rows as new objects: Vega knows those that it has seen by a symbol in them. */
  const fresh = (rows, panel) =>
    rows.filter((row) => row.panel === panel).map((row) => Object.fromEntries(Object.entries(row)));

  const update = (wanted) => {
    const rows = chosenData(wanted);
    for (const { place, view, names, panel, spec, isShort } of views) {
      for (const name of names) view.data(name, fresh(rows[name], panel));
      if (hasLabels(spec)) view.signal("labels", labels(wanted.order, isShort));
      view.runAsync().catch((error) => showFailure(place, error));
    }
  };

  const draw = async (place, wanted) => {
    const rows = chosenData(wanted);
    const [number, panel] = figures[place.dataset.chart];
    const spec = structuredClone(specs[number]);
    const names = namesIn(spec, Object.keys(rows));
    const isShort = place.dataset.chart.startsWith("scores");
    if (hasLabels(spec)) {
      spec.params.find(({ name }) => name === "labels").value = labels(wanted.order, isShort);
    }
    try {
      const datasets = Object.fromEntries(names.map((name) => [name, fresh(rows[name], panel)]));
      // Within, since Vega gives its element a role and a name of its own.
      const inside = place.appendChild(document.createElement("div"));
      const { view } = await window.vegaEmbed(inside, { ...spec, datasets }, {
        actions: false,
        ast: true,
        logLevel: 1, // errors: a chart of nothing, for want of rows, is no fault
        renderer: "svg",
      });
      views.push({ place, view, names, panel, spec, isShort });
    } catch (error) {
      showFailure(place, error);
      throw error;
    }
  };

  /** Draws what is not drawn yet, one chart after the other, and lets the reader in between. */
  const drawAll = async (read) => {
    for (const place of document.querySelectorAll("[data-chart]:not([data-begun])")) {
      place.dataset.begun = "";
      await draw(place, read());
      if (views.length === 1) performance.mark("first-chart");
      await new Promise((resolve) => setTimeout(resolve));
    }
  };

  return { drawAll, update, count: () => views.length, labelled };
})();
