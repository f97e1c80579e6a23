/* The only script: every page works without it. It shows the print buttons, and keeps pages from the next person. */
"use strict";
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
