/* A replay by slider and keys: each moves to a moment by the links that the page has anyway, swapped in by htmx. */

const FIELDS = "input, textarea, select, [contenteditable], summary, .scroll";
const KEYS = ["ArrowLeft", "ArrowRight", "Home", "End"];
let focused = null;

/* htmx notes only the moments that it led to: the first page is to be loaded again on the way back as well. */
history.replaceState({ ...history.state, htmx: true }, "");

function go(link) {
  focused = document.activeElement?.id || null;
  link.click();
}

function enhance() {
  for (const found of document.querySelectorAll("#replay .keys, #replay [data-copy], #replay [data-print]")) found.hidden = false;
  for (const button of document.querySelectorAll("#replay .slide button")) button.hidden = true;
}

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (!KEYS.includes(key) || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
  if (target.closest?.(FIELDS)) return;
  const name = event.shiftKey ? `Shift+${key}` : key;
  const link = document.querySelector(`#replay [data-key="${name}"]`);
  if (!link) return;
  event.preventDefault();
  go(link);
});

function chosen(slider) {
  return JSON.parse(slider.dataset.steps)[Number(slider.value) - Number(slider.min)];
}

document.addEventListener("input", ({ target }) => {
  if (!target.dataset?.steps) return;
  const said = chosen(target)[1];
  target.setAttribute("aria-valuetext", said);
  document.getElementById("step-said").textContent = said;
});

document.addEventListener("change", ({ target }) => {
  if (!target.dataset?.steps) return;
  focused = target.id;
  const address = chosen(target)[0];
  window.htmx.ajax("GET", address, { target: "#replay", select: "#replay", swap: "outerHTML", push: address });
});

document.addEventListener("click", async ({ target }) => {
  const field = target.dataset?.copy && document.getElementById(target.dataset.copy);
  const link = target.closest?.("#replay .steps a");
  if (link) focused = link.id || null;
  if (!field) return;
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    document.execCommand("copy");
  }
  document.getElementById("told").textContent = target.dataset.done;
  target.textContent = target.dataset.done;
});

document.addEventListener("htmx:after:swap", () => {
  enhance();
  const replay = document.getElementById("replay");
  document.getElementById("told").textContent = replay.dataset.told;
  const again = focused && document.getElementById(focused);
  again?.focus({ preventScroll: true });
});

enhance();
