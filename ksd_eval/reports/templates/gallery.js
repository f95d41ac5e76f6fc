"use strict";
// The gallery: every picture of the run, in pages of rows. Whatever came from a prompt or a model is
// put on the page as text, never as markup.
(() => {
  const ROWS = 24; // On a page of the gallery.
  const at = (id) => document.getElementById(id);
  const data = JSON.parse(at("gallery-data").textContent);
  const { arms, attributes, measured, reasons } = data;

  const pictures = data.pictures.map((told, index) => {
    const picture = { index };
    data.fields.forEach((name, place) => { picture[name] = told[place]; });
    return picture;
  });
  const rows = data.rows.map((row, place) => ({ ...row, place, frames: [] }));
  for (const picture of pictures) {
    const { frames } = rows[picture.row];
    (frames[picture.noise] ??= []).push(picture);
  }

  const unveiled = new Set(); // Pictures that were blurred, and were asked for.
  let found = []; // The rows that fit the filters, in order.
  let page = 0;
  let open = null; // The picture in the dialog.

  // Words and elements.

  const say = (key, holes = {}) =>
    data.words[key].replace(/\{(\w+)\}/g, (_, name) => String(holes[name]));
  const number = (value) => String(value).replace("-", "−");
  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === true) element.setAttribute(name, "");
      else if (value !== false) element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  }
  const option = (value, text) => new Option(text, value);
  const choose = (select, options) => {
    const before = select.value;
    select.replaceChildren(...options);
    select.value = before;
    if (select.selectedIndex < 0) select.selectedIndex = 0;
  };
  const promptOf = ({ row, arm }) => rows[row][arms[arm].language === "ko" ? "ko" : "en"];

  // What was measured.

  function answerOf(column, { index }) {
    const answer = column.answers[index];
    if (answer === null) return say(column.why[index] === null ? "unasked" : "cannot");
    return column.labels ? column.titles[answer] : number(answer);
  }
  const titleOf = (column) => `${column.title} · ${column.judge}`;
  const chosenColumn = () => measured[Number(at("by-measured").value)];

  function tenth(column, share) {
    const known = column.answers.filter((one) => one !== null).sort((a, b) => a - b);
    return known[Math.round(share * (known.length - 1))];
  }
  function answerFits(column, wanted) {
    const { answers, why } = column;
    if (wanted === "cannot") return ({ index }) => answers[index] === null && why[index] !== null;
    if (wanted === "told") return ({ index }) => answers[index] !== null;
    if (wanted === "least" || wanted === "most") {
      const bound = tenth(column, wanted === "least" ? 0.1 : 0.9);
      const beyond = wanted === "least" ? (one) => one <= bound : (one) => one >= bound;
      return ({ index }) => answers[index] !== null && beyond(answers[index]);
    }
    return ({ index }) => answers[index] === Number(wanted.replace("label-", ""));
  }
  function differs(column, frame) {
    const known = frame.map(({ index }) => column.answers[index]).filter((one) => one !== null);
    return new Set(known).size > 1;
  }

  // How far the first two arms of a row lie apart: of numbers the mean difference, of labels in how
  // many of the noises they differ. Null where nothing can be told.
  function gapOf(column, row) {
    const gaps = [];
    for (const frame of row.frames) {
      const [left, right] = [0, 1].map((arm) => frame.find((one) => one.arm === arm));
      const [a, b] = [left, right].map((one) => (one ? column.answers[one.index] : null));
      if (a !== null && b !== null) gaps.push(column.labels ? Number(a !== b) : a - b);
    }
    if (!gaps.length) return null;
    return { mean: gaps.reduce((sum, one) => sum + one, 0) / gaps.length, of: gaps.length };
  }
  function gapText(column, row) {
    const gap = arms.length > 1 && column ? gapOf(column, row) : null;
    if (!gap) return "";
    if (column.labels) {
      return gap.mean ? say("differing", { count: Math.round(gap.mean * gap.of), of: gap.of }) : "";
    }
    const sign = gap.mean > 0 ? "+" : "";
    const text = sign + number(Number(gap.mean.toPrecision(3)));
    return say("gap", { left: arms[0].name, right: arms[1].name, gap: text });
  }

  // Which rows, in which order.

  const shownArms = () => new Set(
    [...document.querySelectorAll("[name=by-arm]:checked")].map((box) => Number(box.value)),
  );
  function groupFits() {
    const value = at("by-group").value;
    if (!value) return () => true;
    const [attribute, place] = value.split(":").map(Number);
    return (row) => row.values[attribute] === place;
  }
  function wordsFit() {
    const wanted = at("by-words").value.trim().toLowerCase();
    return ({ ko, en }) => !wanted || `${ko}\n${en}`.toLowerCase().includes(wanted);
  }
  // Of a row the frames that are shown, and the pictures in them that fit the answer.
  function framesThatFit(row, shown, column, wanted, whose) {
    const mine = ({ arm }) => whose === "" || arm === Number(whose);
    const fits = column && wanted && wanted !== "differs" ? answerFits(column, wanted) : null;
    const kept = [];
    for (const all of row.frames) {
      const frame = all.filter(({ arm }) => shown.has(arm));
      const marked = new Set(fits ? frame.filter((one) => mine(one) && fits(one)) : []);
      const fit = fits ? marked.size : wanted !== "differs" || differs(column, frame);
      if (frame.length && fit) kept.push({ frame, marked });
    }
    return kept;
  }
  // One row of each group, then another of each, and so on.
  function mixed(list) {
    const counts = new Map();
    const turn = new Map();
    for (const one of list) {
      const attribute = one.row.values.findIndex((value) => value !== null);
      const group = `${attribute}:${one.row.values[attribute]}`;
      turn.set(one, counts.get(group) ?? 0);
      counts.set(group, turn.get(one) + 1);
    }
    return list.sort((a, b) => turn.get(a) - turn.get(b) || a.row.place - b.row.place);
  }
  function byGap(list, column, order) {
    const size = { gap: Math.abs, lower: (gap) => -gap, higher: (gap) => gap }[order];
    const key = new Map(list.map((one) => {
      const gap = gapOf(column, one.row);
      return [one, gap ? size(gap.mean) : -Infinity];
    }));
    return list.sort((a, b) => key.get(b) - key.get(a) || a.row.place - b.row.place);
  }
  function search() {
    const shown = shownArms();
    const [column, wanted, whose] = [chosenColumn(), at("by-answer").value, at("by-whose").value];
    const [inGroup, hasWords] = [groupFits(), wordsFit()];
    found = rows
      .filter((row) => inGroup(row) && hasWords(row))
      .map((row) => ({ row, frames: framesThatFit(row, shown, column, wanted, whose) }))
      .filter(({ frames }) => frames.length);
    const order = at("by-order").value;
    if (order === "mixed") mixed(found);
    else if (order !== "asked") byGap(found, column, order);
  }

  // Rows on the page.

  function image(picture) {
    const source = `data:image/webp;base64,${picture.thumbnail}`;
    return make("img", { src: source, alt: "", decoding: "async" });
  }
  const veiled = (picture) => picture.veiled && !unveiled.has(picture.id);
  function label(picture) {
    const name = say("picture", {
      arm: arms[picture.arm].name, noise: picture.noise + 1, prompt: promptOf(picture),
    });
    return veiled(picture) ? `${name}; ${say("veiled")}` : name;
  }
  function button(picture) {
    return make("button", {
      type: "button", class: veiled(picture) ? "face veiled" : "face",
      "data-index": picture.index, "aria-label": label(picture),
    }, image(picture));
  }
  function tile(picture, marked) {
    const column = chosenColumn();
    const { role, name } = arms[picture.arm];
    const caption = make("figcaption", {}, make("span", { class: `role-${role}` }, name));
    if (column) {
      const silent = column.answers[picture.index] === null;
      const answer = make("span", { class: silent ? "said silent" : "said" });
      answer.append(answerOf(column, picture));
      caption.append(answer);
    }
    return make("figure", { class: marked ? "marked" : "" }, button(picture), caption);
  }
  function meaning({ row, frames }) {
    const link = make("a", { href: `#pair-${encodeURIComponent(row.id)}` }, say("permalink"));
    const gap = gapText(chosenColumn(), row);
    const foot = make("p", { class: "small muted" }, ...(gap ? [gap, make("br")] : []), link);
    const form = row.form ? [make("p", { class: "small" }, row.form)] : [];
    const prompts = make("div", { class: "prompts" },
      make("p", { lang: "ko" }, row.ko), make("p", { lang: "en" }, row.en), ...form, foot);
    const noises = make("div", { class: "noises" });
    for (const { frame, marked } of frames) {
      const name = say("noise", { noise: frame[0].noise + 1 });
      const group = make("div", { class: "noise", role: "group", "aria-label": name });
      group.append(...frame.map((picture) => tile(picture, marked.has(picture))));
      noises.append(group);
    }
    return make("article", { class: "meaning", id: `pair-${row.id}`, tabindex: "-1",
      "aria-label": `${row.ko} / ${row.en}` }, prompts, noises);
  }
  function draw() {
    const pages = Math.max(1, Math.ceil(found.length / ROWS));
    page = Math.min(Math.max(page, 0), pages - 1);
    const here = found.slice(page * ROWS, (page + 1) * ROWS);
    const short = here.every(({ frames }) => frames.length === 1);
    at("gallery-rows").classList.toggle("short", short);
    at("gallery-rows").replaceChildren(...here.map(meaning));
    const count = found.reduce(
      (sum, { frames }) => sum + frames.reduce((all, { frame }) => all + frame.length, 0), 0);
    at("gallery-found").textContent = found.length
      ? say("found", { rows: found.length, all: rows.length, pictures: count }) : say("none");
    for (const place of document.querySelectorAll(".pages")) {
      place.querySelector("span").textContent = say("page", { page: page + 1, pages });
      place.querySelector("[data-step='-1']").disabled = page === 0;
      place.querySelector("[data-step='1']").disabled = page === pages - 1;
      place.hidden = pages === 1;
    }
  }
  function again() {
    page = 0;
    search();
    draw();
  }

  // One picture.

  function lineOf(name, value) {
    return make("div", {}, make("dt", {}, name), make("dd", {}, value));
  }
  function recipe(picture) {
    const code = (text) => make("code", {}, text);
    const cut = picture.truncated ? ` (${say("truncated")})` : "";
    const lines = [
      [say("prompt"), make("span", { lang: arms[picture.arm].language }, promptOf(picture))],
      [say("given"), picture.given],
      [say("model"), `${arms[picture.arm].model} · ${arms[picture.arm].name}`],
      [say("tokens"), picture.tokens === null ? "" : `${picture.tokens}${cut}`],
      [say("pair"), code(rows[picture.row].id)],
      [say("seed"), code(picture.seed)],
      [say("id"), code(picture.id)],
      [say("sha256"), code(picture.sha256)],
    ];
    return lines.filter(([, value]) => value !== "").map(([name, value]) => lineOf(name, value));
  }
  function saidOf(column, picture) {
    const { index } = picture;
    const parts = [make("b", {}, answerOf(column, picture))];
    const why = column.why[index] === null ? "" : reasons[column.why[index]];
    const sure = column.sure[index] === null ? "" : say("sure", { sure: column.sure[index] });
    if (why || sure) parts.push(make("span", { class: "muted small" }, why || sure));
    return parts;
  }
  function table(columns, frame, picture) {
    const head = make("tr", {}, make("th", { scope: "col" }, say("measurement")),
      ...frame.map(({ arm }) =>
        make("th", { scope: "col", class: `role-${arms[arm].role}` }, arms[arm].name)));
    const lines = columns.map((column) => make("tr", {},
      make("th", { scope: "row" }, column.title, make("span", { class: "muted small" }, column.judge)),
      ...frame.map((one) =>
        make("td", { class: one === picture ? "this" : "" }, ...saidOf(column, one)))));
    return make("table", {}, make("thead", {}, head), make("tbody", {}, ...lines));
  }
  // The file is not blurred, so its link waits until the picture was asked for.
  function acts() {
    at("one-unveil").hidden = !veiled(open);
    at("one-file").hidden = !open.file || veiled(open);
    at("one-file").firstElementChild.href = open.file;
  }
  function fill() {
    const picture = open;
    const row = rows[picture.row];
    const frame = row.frames[picture.noise];
    at("one-title").textContent = `${arms[picture.arm].name}: ${promptOf(picture)}`;
    at("one-faces").replaceChildren(...frame.map((one) => {
      const face = button(one);
      if (one === picture) face.setAttribute("aria-current", "true");
      const name = make("span", { class: `role-${arms[one.arm].role}` }, arms[one.arm].name);
      return make("figure", {}, face, make("figcaption", {}, name));
    }));
    acts();
    at("one-recipe").replaceChildren(...recipe(picture));
    const told = (column) => frame.some(({ index }) => column.answers[index] !== null);
    at("one-said").replaceChildren(table(measured.filter(told), frame, picture));
    const silent = measured.filter((column) => !told(column));
    at("one-silent").replaceChildren(table(silent, frame, picture));
    at("one-silent").parentElement.parentElement.hidden = !silent.length;
    const place = onPages().indexOf(picture);
    at("one-previous").disabled = place < 1;
    at("one-next").disabled = place < 0 || place === onPages().length - 1;
  }
  // Every picture that fits, in the order of the rows.
  const onPages = () => found.flatMap(({ frames }) => frames.flatMap(({ frame }) => frame));
  function look(picture) {
    open = picture;
    fill();
    if (!at("one").open) at("one").showModal();
    history.replaceState(null, "", `#picture-${encodeURIComponent(picture.id)}`);
  }
  function step(by) {
    const all = onPages();
    const place = all.indexOf(open);
    if (place >= 0 && all[place + by]) look(all[place + by]);
  }
  function unveil(picture) {
    unveiled.add(picture.id);
    for (const face of document.querySelectorAll(`.face[data-index="${picture.index}"]`)) {
      face.classList.remove("veiled");
      face.setAttribute("aria-label", label(picture));
    }
    if (open) acts();
  }
  function pressed(event) {
    const face = event.target.closest(".face");
    if (!face) return;
    const picture = pictures[Number(face.dataset.index)];
    if (veiled(picture)) unveil(picture);
    else look(picture);
  }
  function closed() {
    const row = rows[open.row];
    history.replaceState(null, "", `#pair-${encodeURIComponent(row.id)}`);
    // The button that opened it may have been replaced, or stand on another page by now.
    const face = document.querySelector(`#gallery-rows [data-index="${open.index}"]`);
    if (face && document.activeElement === document.body) face.focus();
  }

  // Addresses: #pair-<pair id> and #picture-<image id>.

  function reset() {
    at("gallery-filters").reset();
    answers();
  }
  function bring(row) {
    let place = found.findIndex((one) => one.row === row);
    if (place < 0) {
      reset();
      search();
      place = found.findIndex((one) => one.row === row);
    }
    page = Math.floor(place / ROWS);
    draw();
    const element = at(`pair-${row.id}`);
    element.classList.add("meant");
    element.scrollIntoView({ block: "center" });
    return element;
  }
  function go() {
    const [, kind, rest] = /^#(pair|picture)-(.*)$/.exec(location.hash) || [];
    if (!kind) return;
    let id = rest;
    try { id = decodeURIComponent(rest); } catch { /* as it is */ }
    const picture = kind === "picture" && pictures.find((one) => one.id === id);
    const row = kind === "pair" ? rows.find((one) => one.id === id) : picture && rows[picture.row];
    if (!row) return;
    const element = bring(row);
    if (picture) look(picture);
    else element.focus({ preventScroll: true });
  }

  // The filters.

  function answers() {
    const column = chosenColumn();
    const values = column?.labels
      ? column.titles.map((title, place) => option(`label-${place}`, title))
      : [option("least", say("least")), option("most", say("most"))];
    const apart = arms.length > 1 ? [option("differs", say("differs"))] : [];
    choose(at("by-answer"), [option("", say("any")), ...(column?.labels ? apart : []), ...values,
      option("told", say("told")), option("cannot", say("cannot"))]);
    for (const one of at("by-order").options) {
      const signed = one.value === "lower" || one.value === "higher";
      one.disabled = one.hidden = signed && Boolean(column?.labels);
    }
    if (at("by-order").selectedOptions[0]?.disabled) at("by-order").value = "gap";
  }
  function prepare() {
    const groups = attributes.map(({ title, titles }, attribute) => {
      const values = titles.map((text, place) => option(`${attribute}:${place}`, text));
      return make("optgroup", { label: title }, ...values);
    });
    at("by-group").append(...groups);
    const told = measured.map((column, place) => [column, place])
      .filter(([column]) => column.answers.some((one) => one !== null));
    // Of two judges of the same thing the first one.
    const first = told.find(([column]) => column.name === data.first) ?? told[0];
    at("by-measured").append(...told.map((one) =>
      new Option(titleOf(one[0]), one[1], one === first, one === first)));
    for (const id of ["by-measured", "by-answer", "by-whose"]) {
      at(id).closest("label").hidden = !told.length || (id === "by-whose" && arms.length < 2);
    }
    answers();
  }
  function listen() {
    const form = at("gallery-filters");
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", ({ target }) => {
      if (target.id === "by-measured") answers();
      again();
    });
    at("by-nothing").addEventListener("click", () => { reset(); again(); });
    document.addEventListener("click", pressed);
    for (const place of document.querySelectorAll(".pages")) {
      place.addEventListener("click", ({ target }) => {
        if (!target.dataset.step) return;
        page += Number(target.dataset.step);
        draw();
        at("gallery-found").scrollIntoView({ block: "start" });
        at("gallery-rows").firstElementChild?.focus({ preventScroll: true });
      });
    }
    const one = at("one");
    one.addEventListener("close", closed);
    one.addEventListener("click", ({ target }) => { if (target === one) one.close(); });
    one.addEventListener("keydown", ({ key }) => {
      if (key === "ArrowLeft") step(-1);
      if (key === "ArrowRight") step(1);
    });
    at("one-close").addEventListener("click", () => one.close());
    at("one-previous").addEventListener("click", () => step(-1));
    at("one-next").addEventListener("click", () => step(1));
    at("one-unveil").addEventListener("click", () => unveil(open));
    addEventListener("hashchange", go);
    // The page in another language opens at the same pair or picture.
    for (const link of document.querySelectorAll(".languages a")) {
      link.addEventListener("click", () => { link.hash = location.hash; });
    }
  }
  // The pictures that stand on the page without this script can be looked at closely too.
  function adopt() {
    const byId = new Map(pictures.map((picture) => [picture.id, picture]));
    for (const place of document.querySelectorAll("[data-picture]")) {
      const picture = byId.get(place.dataset.picture);
      if (picture) place.replaceWith(button(picture));
    }
  }

  prepare();
  adopt();
  listen();
  again();
  at("gallery").hidden = false;
  go();
})();
