"use strict";
// Everything here is comfort: the page says all it has to say without it.
(() => {
  const data = JSON.parse(document.getElementById("hj-data").textContent);
  const $ = (id) => document.getElementById(id);
  const DAY = 86400, YEAR = 365.25 * DAY, LIFETIME = 80, DIFFICULTY_1 = 2 ** 32;

  // The formulas of the program, once more. Watts may be null: not measured.
  const evaluate = (i) => {
    const rate = i.hashes_per_second;
    const joules = i.watts === null ? null : i.watts / rate;
    const hashes = i.difficulty * DIFFICULTY_1;
    const exact = hashes * (65536 / 65535);
    const chance = (seconds) => -Math.expm1((-rate * seconds) / exact);
    const per = (x) => (joules === null ? null : x);
    const revenue = (rate * DAY * i.price_usd * i.reward_btc * (1 - i.fee)) / hashes;
    const usdPerJoule = i.power_price_usd_per_kwh / 3.6e6;
    const bill = i.watts * DAY * i.pue * usdPerJoule * i.uptime;
    const block = joules * i.pue * hashes * usdPerJoule;
    return {
      joules_per_hash: joules,
      years_per_block: exact / rate / YEAR,
      odds: { day: chance(DAY), year: chance(YEAR), lifetime: chance(LIFETIME * YEAR), lifetime_years: LIFETIME },
      economics: {
        revenue_usd_per_day: revenue * i.uptime,
        power_cost_usd_per_day: per(bill),
        margin_usd_per_day: per(revenue * i.uptime - bill),
        power_cost_usd_per_block: per(block),
        break_even_price_usd: per(block / (i.reward_btc * (1 - i.fee))),
        break_even_power_price_usd_per_kwh: per(((revenue / DAY / rate) / (joules * i.pue)) * 3.6e6),
      },
    };
  };

  // The page checks itself: its arithmetic against the program's, and each shown figure against the data.
  const close = (a, b) => a === b || Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
  const leaves = (value, path = "") =>
    value !== null && typeof value === "object"
      ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${path}.${key}`))
      : [[path, value]];
  const lookUp = (root, path) => path.split("/").reduce((at, key) =>
    at === undefined || at === null ? undefined
      : Array.isArray(at) && !/^\d+$/.test(key) ? at.find((item) => item.id === key || String(item.node_nm) === key) : at[key], root);
  const selfTest = () => {
    let total = 0;
    const bad = [];
    const expect = (name, found, wanted, equal) => { total += 1; if (!equal) bad.push(`${name}: ${found} is not ${wanted}`); };
    for (const { inputs, results } of data.checks) {
      const mine = Object.fromEntries(leaves(evaluate(inputs)));
      // A margin is a difference: what counts is its distance on the scale of what was subtracted.
      const scale = Math.max(results.economics.revenue_usd_per_day, results.economics.power_cost_usd_per_day);
      for (const [path, wanted] of leaves(results)) {
        const found = mine[path];
        const near = path.endsWith("margin_usd_per_day") ? Math.abs(found - wanted) <= 1e-9 * scale : close(found, wanted);
        expect(path, found, wanted, near);
      }
    }
    for (const figures of [data.comparison, ...data.comparison.others]) {
      const { hashes_per_second: rate, joules_per_hash: joules } = figures.machine;
      for (const device of figures.devices) {
        const known = (x, y, value) => (x === null || y === null ? null : value);
        expect(device.id, device.rate_factor, "rate", close(device.rate_factor, known(device.hashes_per_second, rate, device.hashes_per_second / rate)));
        expect(device.id, device.watts_to_equal, "watts", close(device.watts_to_equal, known(device.joules_per_hash, rate, device.joules_per_hash * rate)));
        const factor = known(joules, device.joules_per_hash, joules && joules.median / device.joules_per_hash);
        expect(device.id, device.efficiency_factor, "factor", close(device.efficiency_factor, factor));
      }
    }
    for (const node of document.querySelectorAll("data[data-key]")) {
      const wanted = lookUp(data.comparison, node.dataset.key);
      expect(node.dataset.key, node.value, wanted, wanted === Number(node.value));
    }
    const line = $("selftest");
    line.hidden = false;
    line.dataset.state = bad.length ? "failed" : "passed";
    line.dataset.total = total;
    line.textContent = bad.length
      ? `Self-check failed: ${bad.length} of ${total} figures disagree with the program. First: ${bad[0]}`
      : `Self-check: all ${total.toLocaleString("en-US")} figures that this page recomputed or shows agree with the program's.`;
  };

  // Two significant digits, as the program writes them.
  const significant = (x, digits = 2) => {
    if (x === 0 || !Number.isFinite(x)) return String(x);
    const exponent = Number(x.toExponential(digits - 1).split("e")[1]);
    return Number(x.toPrecision(digits)).toLocaleString("en-US", {
      minimumFractionDigits: Math.max(0, digits - 1 - exponent), maximumFractionDigits: Math.max(0, digits - 1 - exponent) });
  };
  const figure = (x) => {
    const size = Math.abs(x);
    if (size >= 0.995e15) return x.toExponential(1).replace("e+", "e");
    for (const [word, scale] of [["trillion", 1e12], ["billion", 1e9], ["million", 1e6]])
      if (size >= scale * 0.995) return `${significant(x / scale)} ${word}`;
    return significant(x);
  };
  const usd = (x) => {
    const size = Math.abs(x);
    const text = size > 0 && size < 1e-3 ? size.toFixed(Math.min(100, 1 - Math.floor(Math.log10(size)))) : figure(size);
    return `${x < 0 ? "-" : ""}$${text}`;
  };
  const chance = (p) => (p <= 0 ? "never" : p < 0.01 ? `1 in ${figure(1 / p)}` : p > 0.9999 ? "practically certain" : `${significant(p * 100, p > 0.99 ? 4 : 2)} %`);

  // What if: four sliders, the difficulty, the price and the watts on log scales.
  const whatIf = () => {
    const box = $("whatif");
    const slider = (name) => $(`whatif-${name}`);
    const start = { ...data.inputs };
    const logs = { price: true, difficulty: true, watts: true, power: false };
    const get = (name) => (logs[name] ? 10 ** Number(slider(name).value) : Number(slider(name).value));
    const set = (name, value) => { slider(name).value = logs[name] ? Math.log10(value) : value; };
    // A slider has steps; a preset is exact. So the exact value stands until the slider is moved.
    const now = { price: start.price_usd, difficulty: start.difficulty, watts: start.watts, power: start.power_price_usd_per_kwh, reward: start.reward_btc };
    const show = () => {
      const inputs = { ...start, price_usd: now.price, difficulty: now.difficulty, watts: now.watts, power_price_usd_per_kwh: now.power, reward_btc: now.reward };
      const r = evaluate(inputs);
      const texts = {
        price: `$${significant(now.price, 3)}`, difficulty: figure(now.difficulty), power: `${significant(now.power * 100)} c/kWh`,
        watts: now.watts === null ? "unknown: move me" : `${significant(now.watts)} W`,
      };
      for (const [name, text] of Object.entries(texts)) {
        $(`whatif-${name}-out`).textContent = text;
        slider(name).setAttribute("aria-valuetext", text);
      }
      const known = r.joules_per_hash !== null;
      const dollars = r.economics;
      const rows = {
        efficiency: known && `${figure(r.joules_per_hash * 1e12)} J/TH`,
        s9: known && data.s9 && figure(r.joules_per_hash / data.s9),
        years: `${figure(r.years_per_block)} years`, year: chance(r.odds.year),
        revenue: usd(dollars.revenue_usd_per_day), bill: known && usd(dollars.power_cost_usd_per_day),
        margin: known && usd(dollars.margin_usd_per_day), block: known && usd(dollars.power_cost_usd_per_block),
        even: known && `${usd(dollars.break_even_price_usd)} per BTC`,
      };
      for (const [name, text] of Object.entries(rows)) {
        const cell = $(`whatif-r-${name}`);
        cell.textContent = text || "";
        cell.hidden = cell.previousElementSibling.hidden = !text;
      }
      $("whatif-reward").textContent = now.reward;
    };
    for (const name of Object.keys(logs)) slider(name).addEventListener("input", () => { now[name] = get(name); show(); });
    for (const button of box.querySelectorAll("[data-preset]"))
      button.addEventListener("click", () => {
        const preset = data.presets[Number(button.dataset.preset)];
        Object.assign(now, { difficulty: preset.difficulty, reward: preset.reward_btc });
        set("difficulty", preset.difficulty);
        show();
      });
    for (const name of Object.keys(logs)) if (now[name] !== null) set(name, now[name]);
    show();
    box.hidden = false;
  };

  // A card beside the pointer instead of the browser's own title.
  const tips = () => {
    const card = document.createElement("div");
    card.id = "tip";
    card.hidden = true;
    card.setAttribute("role", "tooltip");
    document.body.append(card);
    for (const dot of document.querySelectorAll("figure .dot")) {
      const title = dot.querySelector("title");
      dot.dataset.tip = title.textContent;
      title.remove();
      dot.addEventListener("pointerenter", () => {
        card.textContent = dot.dataset.tip;
        card.hidden = false;
        const at = dot.getBoundingClientRect(), box = card.getBoundingClientRect();
        const left = Math.min(Math.max(8, at.left + at.width / 2 - box.width / 2), innerWidth - box.width - 8);
        card.style.left = `${left}px`;
        card.style.top = `${at.top > box.height + 16 ? at.top - box.height - 8 : at.bottom + 8}px`;
      });
      dot.addEventListener("pointerleave", () => { card.hidden = true; });
    }
  };

  // Tables sort by a click on a column; empty cells stay last.
  const sortable = () => {
    for (const table of document.querySelectorAll("table.sortable")) {
      const body = table.tBodies[0];
      const key = (row, column) => {
        const cell = row.cells[column];
        const value = cell.dataset.sort ?? cell.querySelector("data")?.value ?? cell.textContent.trim();
        return value !== "" && Number.isFinite(Number(value)) ? Number(value) : value;
      };
      [...table.tHead.rows[0].cells].forEach((head, column) => {
        const button = document.createElement("button");
        button.type = "button";
        button.append(...head.childNodes);
        head.append(button);
        button.addEventListener("click", () => {
          const up = head.getAttribute("aria-sort") !== "ascending";
          for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
          head.setAttribute("aria-sort", up ? "ascending" : "descending");
          const rows = [...body.rows].map((row) => [key(row, column), row]);
          const order = ([a], [b]) =>
            a === "" || b === "" ? (a === "") - (b === "")
              : (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b))) * (up ? 1 : -1);
          body.append(...rows.sort(order).map(([, row]) => row));
        });
      });
    }
  };

  selfTest();
  whatIf();
  tips();
  sortable();
})();
