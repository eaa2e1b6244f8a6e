"use strict";
(function () {
  const at = (id) => document.getElementById(id);
  const whole = at("explorer"), outcome = at("e-outcome"), year = at("e-year"), said = at("e-said");
  const radios = [...whole.querySelectorAll("input[type=radio]")];
  const bodies = new Map([...whole.querySelectorAll("tbody[data-outcome]")].map((b) => [b.dataset.outcome, b]));
  const years = [...new Set([...bodies.values().next().value.rows].map((r) => r.dataset.year))];
  const settings = new Map([...whole.querySelectorAll("pre[data-scenario]")].map((p) => [p.dataset.scenario, p]));
  const scenario = () => radios.find((r) => r.checked).value;
  const named = (value) => radios.find((r) => r.value === value).nextElementSibling.textContent;

  function bar(parent, tag, values) {
    const one = document.createElementNS(parent.namespaceURI, tag);
    for (const [name, value] of Object.entries(values)) one.setAttribute(name, value);
    parent.append(one);
    return one;
  }

  // One line for each option's range of differences, a dot for its middle run, and a line at no difference.
  function draw(rows) {
    const picture = at("e-picture"), ends = rows.map((r) => (r.dataset.ends || "0 0 0").split(" ").map(Number));
    const low = Math.min(0, ...ends.map((e) => e[0])), high = Math.max(0, ...ends.map((e) => e[2]));
    const x = (value) => 10 + (580 * (value - low)) / (high - low || 1);
    picture.replaceChildren();
    picture.setAttribute("viewBox", `0 0 600 ${rows.length * 40}`);
    bar(picture, "line", { x1: x(0), x2: x(0), y1: 0, y2: rows.length * 40, class: "zero" });
    rows.forEach((row, k) => {
      const name = named(row.dataset.scenario), mine = row.dataset.scenario === scenario() ? " mine" : "";
      bar(picture, "text", { x: 10, y: 40 * k + 15, class: "name" + mine }).textContent = name;
      if (!row.dataset.ends) return;
      bar(picture, "line", { x1: x(ends[k][0]), x2: x(ends[k][2]), y1: 40 * k + 28, y2: 40 * k + 28, class: "range" + mine });
      bar(picture, "circle", { cx: x(ends[k][1]), cy: 40 * k + 28, r: 6, class: "middle" + mine });
    });
  }

  function show(write) {
    const chosen = years[Number(year.value)], mine = scenario();
    const rows = [...bodies.get(outcome.value).rows].filter((r) => r.dataset.year === chosen);
    at("e-year-said").textContent = `Year ${chosen}`;
    year.setAttribute("aria-valuetext", `Year ${chosen}`);
    const label = outcome.selectedOptions[0].textContent;
    at("e-caption").textContent = `${label}, year ${chosen}`;
    at("e-rows").replaceChildren(...rows.map((row) => {
      const copy = row.cloneNode(true);
      copy.cells[0].textContent = named(row.dataset.scenario);
      copy.classList.toggle("mine", row.dataset.scenario === mine);
      return copy;
    }));
    const row = rows.find((r) => r.dataset.scenario === mine), cells = [...row.cells].map((c) => c.textContent);
    const gap = row.dataset.ends ? ` Difference from ${whole.dataset.base}: ${cells[2]}. Better in: ${cells[3]}.` : "";
    said.textContent = `${named(mine)}, year ${chosen}. ${label}: ${cells[1]}.${gap} ` +
      `Ranges hold 8 in 10 of ${whole.dataset.runs} runs. No forecast.`;
    at("e-copy").disabled = !settings.has(mine);
    at("e-copied").textContent = "";
    draw(rows);
    if (write) {
      const state = new URLSearchParams({ outcome: outcome.value, scenario: mine, year: chosen });
      history.replaceState(null, "", "#" + state);
    }
  }

  // The state in the address; what was not run is said and not shown.
  function restore() {
    const state = new URLSearchParams(location.hash.slice(1));
    if (!state.has("outcome") && !state.has("scenario") && !state.has("year")) return show(false);
    const wanted = { outcome: state.get("outcome"), scenario: state.get("scenario"), year: state.get("year") };
    const missing = [];
    if (bodies.has(wanted.outcome)) outcome.value = wanted.outcome;
    else if (wanted.outcome !== null) missing.push("outcome");
    const radio = radios.find((r) => r.value === wanted.scenario);
    if (radio) radio.checked = true;
    else if (wanted.scenario !== null) missing.push("option");
    if (years.includes(wanted.year)) year.value = String(years.indexOf(wanted.year));
    else if (wanted.year !== null) missing.push("year");
    show(false);
    if (missing.length) said.textContent = `Not run: the ${missing.join(" and the ")} of this address. ` + said.textContent;
  }

  async function copy() {
    const text = settings.get(scenario());
    const done = (how) => { at("e-copied").textContent = how; };
    try {
      await navigator.clipboard.writeText(text.textContent);
      done("Copied.");
    } catch {
      text.parentElement.open = true;
      getSelection().selectAllChildren(text);
      done("Marked below: copy it with your keyboard.");
    }
  }

  for (const one of [outcome, year, ...radios]) one.addEventListener("input", () => show(true));
  at("e-copy").addEventListener("click", copy);
  addEventListener("hashchange", restore);
  for (const one of whole.querySelectorAll("details.explored")) one.open = false;
  at("e-controls").hidden = false;
  restore();
})();
