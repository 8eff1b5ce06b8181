// The market chapter: the price slider of the supply curve. The chapter says all it has to say without it.
(() => {
  const island = document.getElementById("hj-market-data");
  if (!island) return;
  const { fleet, curve, supply, start_usd: start } = JSON.parse(island.textContent);
  const $ = (id) => document.getElementById(id);
  const installed = fleet.classes.reduce((sum, one) => sum + one.ehs, 0);

  // Phi(z) = 1/2 + phi(z) (z + z^3/3 + z^5/15 + ...), as the program sums it.
  const phi = (z) => {
    if (!(Math.abs(z) <= 8.5)) return z > 0 ? 1 : 0;
    let term = z, sum = z, odd = 1;
    while (Math.abs(term) > 1e-17 * Math.abs(sum)) { odd += 2; term *= (z * z) / odd; sum += term; }
    return Math.min(1, Math.max(0, 0.5 + (sum * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI)));
  };
  const share = (one, usdPerEhs) => {
    const usdPerKwh = (usdPerEhs / 1e18) * fleet.reward_btc * (1 - fleet.fee) * 3.6e6 / (600 * one.j_per_th * 1e-12 * fleet.pue);
    return phi(Math.log(usdPerKwh / fleet.median_usd_per_kwh) / fleet.sigma);
  };
  const on = (usdPerEhs) => fleet.classes.reduce((sum, one) => sum + one.ehs * share(one, usdPerEhs), 0);
  const rateAt = (price) => {
    let low = 0, high = installed;
    for (let i = 0; i < 100; i += 1) {
      const middle = (low + high) / 2;
      if (on(price / middle) < middle) high = middle; else low = middle;
    }
    return (low + high) / 2;
  };

  const selfTest = () => {
    const bad = curve.filter(([price, ehs]) => Math.abs(rateAt(price) / ehs - 1) > 1e-9);
    const line = $("market-selftest");
    line.dataset.state = bad.length ? "failed" : "passed";
    line.textContent = bad.length
      ? `Market self-test failed at ${bad.map(([price]) => price).join(", ")} USD.`
      : `Market self-test passed: ${curve.length} points of the supply curve agree with the program's.`;
    line.hidden = false;
    return bad.length === 0;
  };

  const marks = supply.map(({ size, pixels, values }) => {
    const picture = document.querySelector(`#market-supply svg.${size}`);
    const mark = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    mark.setAttribute("r", "6");
    mark.setAttribute("class", "f-ink halo");
    picture.append(mark);
    const along = (value, i) => pixels[0][i] + ((value - values[0][i]) / (values[1][i] - values[0][i])) * (pixels[1][i] - pixels[0][i]);
    return (price, ehs) => { mark.setAttribute("cx", along(Math.log(price), 0)); mark.setAttribute("cy", along(ehs, 1)); };
  });

  const show = () => {
    const price = Math.exp(Number($("market-price").value));
    const rate = rateAt(price);
    const usd = Math.round(price).toLocaleString("en-US");
    $("market-price-out").textContent = `${usd} USD per BTC`;
    $("market-price").setAttribute("aria-valuetext", `${usd} US dollars per bitcoin`);
    $("market-rate").textContent = `${rate.toFixed(1)} EH/s run, ${(installed - rate).toFixed(1)} are off; x${(price / start).toFixed(2)} the trough's price`;
    fleet.classes.forEach((one, i) => {
      const running = one.ehs * share(one, price / rate);
      $(`market-on-${i}`).textContent = running.toFixed(1);
      $(`market-off-${i}`).textContent = (one.ehs - running).toFixed(1);
      $(`market-share-${i}`).textContent = one.ehs > 0 ? `${((100 * running) / one.ehs).toFixed(0)} %` : "-";
    });
    marks.forEach((move) => move(price, rate));
  };

  if (!selfTest()) return;
  const slider = $("market-price");
  [slider.min, slider.max, slider.step] = [Math.log(1000), Math.log(20000), "any"];
  slider.value = Math.log(start);
  slider.addEventListener("input", show);
  $("market-whatif").hidden = false;
  show();
})();
