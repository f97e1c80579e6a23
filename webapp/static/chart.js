/* Draws the course of a figure where the server has drawn it already: with values to point at, in patterns as well as
   colours, and told to screen readers. The table below holds the same numbers. */
const zh = document.documentElement.lang.startsWith("zh");
const root = getComputedStyle(document.documentElement);
const colour = (name) => root.getPropertyValue(name).trim();
const letters = parseFloat(root.fontSize) * 0.85;
const exact = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });

function options({ months, values, before, names, unit, about }) {
  const text = { fontFamily: root.fontFamily, fontSize: letters, color: colour("--ink") };
  const bars = (name, data, fill) => ({ name, data, type: "bar", barGap: "10%", itemStyle: { color: fill } });
  return {
    animation: false,
    textStyle: text,
    aria: { enabled: true, label: { description: about }, decal: { show: true } },
    grid: { left: 8, right: 8, top: before.length ? 40 : 12, bottom: 4, containLabel: true },
    legend: { top: 0, left: 0, textStyle: text, show: before.length > 0 },
    // Words drawn into the picture, not markup with styles: the page allows none.
    tooltip: {
      trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" }, textStyle: text,
      valueFormatter: (value) => (value == null ? "—" : `${exact.format(value)} ${unit}`),
    },
    xAxis: { type: "category", data: months, axisTick: { show: false }, axisLabel: { ...text, interval: "auto" } },
    yAxis: {
      type: "value", splitNumber: 4, minInterval: [...values, ...before].every(Number.isInteger) ? 1 : 0,
      axisLabel: text, splitLine: { lineStyle: { color: colour("--line") } },
    },
    series: [...(before.length ? [bars(names[1], before, "#b9cfcf")] : []), bars(names[0], values, colour("--main"))],
  };
}

for (const place of document.querySelectorAll("[data-chart]")) {
  const drawn = document.createElement("div");
  drawn.className = "chart";
  place.replaceWith(drawn);
  drawn.nextElementSibling?.classList.contains("key") && drawn.nextElementSibling.remove();
  const chart = window.echarts.init(drawn, null, { renderer: "svg", locale: zh ? "ZH" : "EN" });
  chart.setOption(options(JSON.parse(place.dataset.chart)));
  new ResizeObserver(() => chart.resize()).observe(drawn);
}
