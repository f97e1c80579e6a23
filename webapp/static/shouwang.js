/* What scripts add. Every page works without them: they bring the parts of GOV.UK Frontend to life, show the buttons
   to print and to copy, and keep pages from the next person. */
import { initAll } from "./vendor/govuk-frontend-6.3.0/govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

/* A page that the browser kept for the way back is asked for anew when its session is no longer the one signed in. */
window.addEventListener("pageshow", (event) => {
  const { session } = document.documentElement.dataset;
  const back = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  if (session && (event.persisted || back) && !document.cookie.includes(`shouwang_mark=${session}`)) {
    document.body.hidden = true;
    location.reload();
  }
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

/* A checklist tells how much of it is filled in, as a whole and group by group. */
const told = (part, items) => {
  const said = part.querySelector("[data-progress]");
  const n = items.filter((item) => item.querySelector("input:checked")).length;
  said.textContent = said.dataset.progress.replace("{n}", n).replace("{all}", items.length);
};
for (const list of document.querySelectorAll("[data-checklist]")) {
  const count = () => {
    for (const part of [list, ...list.querySelectorAll("details.items")]) told(part, [...part.querySelectorAll("fieldset.item")]);
  };
  list.addEventListener("change", count);
  count();
}

/* Copies the address of a link; where the site is not reached by https, in the way that browsers had before. */
const copied = async (text) => {
  if (navigator.clipboard) {
    return navigator.clipboard.writeText(text).then(() => true, () => false);
  }
  const box = Object.assign(document.createElement("textarea"), { value: text });
  document.body.append(box);
  box.select();
  const done = document.execCommand("copy");
  box.remove();
  return done;
};

for (const button of document.querySelectorAll("[data-copy]")) {
  const told = button.parentElement.querySelector("[role=status]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    const done = await copied(document.getElementById(button.dataset.copy).href);
    told.textContent = done ? button.dataset.copied : button.dataset.failed;
    button.focus();
  });
}
