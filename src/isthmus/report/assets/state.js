"use strict";
/** What the reader has chosen: it stands in the form, in the address, and in a page beside. */
const State = (() => {
  const form = document.getElementById("choices");
  const isFramed = window.parent !== window;
  let tell = () => {};

  const fields = () => [...form.elements].filter((field) => field.name);

  const read = () =>
    Object.fromEntries(fields().map((field) => [field.name, field.value]));

  const changed = () =>
    fields().filter((field) => field.value !== field.options[0].value)
      .map((field) => [field.name, field.value]);

  const write = (wanted) => {
    for (const field of fields()) {
      const value = wanted[field.name];
      const isOffered = [...field.options].some((option) => option.value === value);
      field.value = isOffered ? value : field.options[0].value;
    }
    tell();
  };

  /** The address keeps the choice, so that it can be sent, and opened with another report. */
  const keep = () => {
    const pairs = changed();
    history.replaceState(null, "", `#${new URLSearchParams(pairs)}`);
    if (isFramed) window.parent.postMessage({ choices: Object.fromEntries(pairs) }, "*");
  };

  const fromAddress = () => {
    const text = location.hash.slice(1);
    return text.includes("=") ? Object.fromEntries(new URLSearchParams(text)) : null;
  };

  const scrollTo = (id) => {
    const place = document.getElementById(id);
    if (!place) return;
    place.scrollIntoView();
    place.setAttribute("tabindex", "-1");
    place.focus({ preventScroll: true });
  };

  const listen = (told) => {
    tell = told;
    const choose = () => { keep(); tell(); };
    form.addEventListener("input", choose);
    form.addEventListener("reset", () => setTimeout(choose));
    form.addEventListener("submit", (event) => event.preventDefault());
    window.addEventListener("hashchange", () => {
      const wanted = fromAddress();
      if (wanted) write(wanted);
    });
    const wanted = fromAddress();
    if (wanted) write(wanted);
  };

  const follow = () => {
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[href^='#']");
      if (!link) return;
      event.preventDefault();
      const { route, target } = link.dataset;
      if (route) { write({ ...read(), route, target: target ?? "" }); keep(); }
      scrollTo(link.hash.slice(1));
      if (isFramed) window.parent.postMessage({ section: link.hash.slice(1) }, "*");
    });
    window.addEventListener("message", ({ data, source }) => {
      if (!isFramed || source !== window.parent || typeof data !== "object" || !data) return;
      if (data.choices) write(data.choices);
      if (data.section) scrollTo(String(data.section));
    });
  };

  return { read, listen, follow };
})();
