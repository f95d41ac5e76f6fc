"use strict";
(() => {
  const at = (id) => document.getElementById(id);
  const sheet = JSON.parse(at("sheet").textContent);
  const count = sheet.pictures.length;
  const picture = at("picture");
  const choices = [...document.querySelectorAll("[data-choice]")];

  let labeller = "";
  let answers = new Map(); // By picture; null is "cannot tell", and a picture without one is absent.
  let place = 0; // Of the picture that is shown; after the last one comes the end.
  let trail = []; // What was answered since the page was opened, to undo it.
  let stored = false; // Whether this browser keeps the answers.

  const say = (key, holes = {}) =>
    sheet.words[key].replace(/\{(\w+)\}/g, (_, name) => String(holes[name]));

  // A page that is opened from disk may be refused a place to keep anything.
  function recall(key) {
    try { return localStorage.getItem(key); } catch { return null; }
  }
  function keep(key, text) {
    try { localStorage.setItem(key, text); return true; } catch { return false; }
  }
  const lastKey = `ksd_eval.labels.${sheet.id}`;
  const answersKey = () => `${lastKey}.${labeller}`;

  function recalled() {
    const found = new Map();
    let kept = {};
    try { kept = JSON.parse(recall(answersKey())) || {}; } catch { /* damaged: begin anew */ }
    for (const { id } of sheet.pictures) {
      const label = Object.hasOwn(kept, id) ? kept[id] : undefined;
      if (label === null || sheet.labels.includes(label)) found.set(id, label);
    }
    return found;
  }

  const warn = (event) => event.preventDefault();
  function guard(unsaved) {
    if (unsaved && !stored) addEventListener("beforeunload", warn);
    else removeEventListener("beforeunload", warn);
  }

  function cell(text) {
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  }
  function csv() {
    const rows = [sheet.columns];
    for (const { id } of sheet.pictures) {
      if (answers.has(id)) {
        rows.push([id, sheet.measurement, answers.get(id) ?? "", labeller, sheet.kind]);
      }
    }
    return rows.map((row) => row.map(cell).join(",") + "\n").join("");
  }
  function save() {
    const name = `labels-${sheet.measurement}-${labeller}`.replace(/[^\p{L}\p{N}._-]+/gu, "_");
    const link = document.createElement("a");
    // The mark at the start tells spreadsheets that the text is UTF-8.
    link.href = URL.createObjectURL(new Blob(["\ufeff", csv()], { type: "text/csv" }));
    link.download = `${name}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    guard(false);
    at("status").textContent = say("saved", { file: link.download });
  }

  function frontier() {
    const open = sheet.pictures.findIndex(({ id }) => !answers.has(id));
    return open < 0 ? count : open;
  }
  function show(spoken = "") {
    const ended = place === count;
    at("now").hidden = ended;
    at("end").hidden = !ended;
    if (!ended) {
      const { id, src } = sheet.pictures[place];
      const given = answers.has(id) ? answers.get(id) : undefined;
      for (const button of choices) {
        button.setAttribute("aria-pressed", String(given !== undefined && meant(button) === given));
      }
      picture.alt = say("picture", { number: place + 1, count });
      if (picture.getAttribute("src") !== src) {
        picture.setAttribute("aria-busy", "true");
        picture.src = src;
      }
      picture.scrollIntoView({ block: "nearest" });
    }
    at("status").textContent = `${spoken} ${ended ? say("end", { count }) : picture.alt}`.trim();
    at("bar").value = answers.size;
    at("counted").textContent = say("answered", { done: answers.size, count });
    at("kept").textContent = say(stored ? "kept" : "lost");
    at("csv").value = csv();
    for (const button of document.querySelectorAll("#moves button")) {
      const act = button.dataset.act;
      button.disabled = (act === "back" && place === 0) || (act === "undo" && !trail.length) ||
        (act === "forward" && place >= frontier());
    }
  }

  function changed(spoken) {
    stored = keep(answersKey(), JSON.stringify(Object.fromEntries(answers)));
    guard(true);
    show(spoken);
  }
  const meant = (button) =>
    button.dataset.choice === "cannot" ? null : sheet.labels[Number(button.dataset.choice)];
  function answer(button) {
    // What has not been shown yet cannot be labelled.
    if (place === count || picture.getAttribute("aria-busy") === "true") return;
    const { id } = sheet.pictures[place];
    trail.push({ place, had: answers.has(id), label: answers.get(id) });
    answers.set(id, meant(button));
    place += 1;
    const label = button.querySelector("span").textContent;
    changed(say("chosen", { number: place, label }));
  }
  function undo() {
    const last = trail.pop();
    if (!last) return;
    place = last.place;
    const { id } = sheet.pictures[place];
    if (last.had) answers.set(id, last.label);
    else answers.delete(id);
    changed(say("undone"));
  }
  function move(step) {
    // Not beyond the first picture without an answer: to leave some out would bias what is left.
    place = Math.max(0, Math.min(place + step, frontier()));
    show();
  }
  const acts = { back: () => move(-1), forward: () => move(1), undo, save };

  function pressed(event) {
    // By place on the keyboard too: with Hangul switched on, the A key types another letter.
    const [, fromCode] = /^(?:Key|Digit)(\w)$/.exec(event.code) || [];
    for (const key of [event.key, fromCode]) {
      if (key === "0" || key === "?") return choices.at(-1);
      const number = sheet.keys.indexOf(key?.toLowerCase());
      if (number >= 0) return choices[number];
    }
    return undefined;
  }
  function onKey(event) {
    if (at("work").hidden || event.target.tagName === "TEXTAREA") return;
    const steps = { ArrowLeft: -1, Backspace: -1, ArrowRight: 1 };
    const choice = pressed(event);
    if ((event.ctrlKey || event.metaKey) && event.code === "KeyZ") undo();
    else if (event.ctrlKey || event.metaKey || event.altKey) return;
    else if (Object.hasOwn(steps, event.key)) move(steps[event.key]);
    else if (choice || /^(Enter| )$/.test(event.key)) {
      if (!event.repeat && !choice) return; // The button in focus is pressed.
      if (!event.repeat) answer(choice); // A key held down is one answer, not many.
    } else return;
    event.preventDefault();
  }

  function begin(event) {
    event.preventDefault();
    labeller = at("name").value.normalize("NFC").trim().replace(/\s+/g, " ");
    stored = keep(lastKey, labeller);
    answers = recalled();
    place = frontier();
    at("start").hidden = true;
    at("work").hidden = false;
    at("work").focus();
    show();
  }

  picture.addEventListener("load", () => {
    // Small pictures are enlarged as they are: smoothing would show what no judge saw.
    const edge = Math.max(picture.naturalWidth, picture.naturalHeight);
    picture.classList.toggle("small", edge <= sheet.exact);
    picture.setAttribute("aria-busy", "false");
  });
  picture.addEventListener("error", () => {
    at("status").textContent = say("unreadable");
    picture.setAttribute("aria-busy", "false");
  });
  at("choices").classList.toggle("many", choices.length > 8);
  for (const button of choices) button.addEventListener("click", () => answer(button));
  for (const button of document.querySelectorAll("[data-act]")) {
    button.addEventListener("click", () => acts[button.dataset.act]());
  }
  document.addEventListener("keydown", onKey);
  at("name").value = recall(lastKey) ?? "";
  at("name").focus();
  at("who").addEventListener("submit", begin);
})();
