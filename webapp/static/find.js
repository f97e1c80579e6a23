/* Suggestions below the box of a facility or a region. What is chosen goes into the form with its id; what is only typed
   is searched by the server, as without scripts. */
const hidden = (form, name) => {
  const known = form.querySelector(`input[type=hidden][name="${CSS.escape(name)}"]`);
  const input = known ?? Object.assign(document.createElement("input"), { type: "hidden", name });
  if (!known) form.append(input);
  return input;
};

for (const box of document.querySelectorAll("input[data-find]")) {
  const { find, none, more, many } = box.dataset;
  const { form, id, name } = box;
  const field = name.replace(/\.search$/, "");
  const command = location.pathname.split("/")[2] ?? "";
  const place = document.createElement("div");
  const label = document.querySelector(`label[for="${CSS.escape(id)}"]`);
  let last = 0;
  accessibleAutocomplete({
    element: place,
    id,
    name,
    defaultValue: box.value,
    minLength: 1,
    confirmOnBlur: false,
    displayMenu: "overlay",
    menuAttributes: { "aria-label": label?.textContent.trim() ?? "" },
    inputClasses: "govuk-input",
    templates: { inputValue: (one) => one?.name ?? "", suggestion: (one) => one?.name ?? one },
    source: async (text, show) => {
      const asked = (last += 1);
      const answer = await fetch(`/find/${find}?for=${encodeURIComponent(command)}&q=${encodeURIComponent(text)}`);
      if (answer.ok && asked === last) show(await answer.json());
    },
    onConfirm: (one) => {
      if (!one) return;
      hidden(form, field).value = one.id;
      hidden(form, `${field}.label`).value = one.name;
    },
    tNoResults: () => none,
    tStatusQueryTooShort: () => "",
    tStatusNoResults: () => none,
    tStatusSelectedOption: (option, length, index) => `${option} ${index + 1} / ${length}`,
    tStatusResults: (length, selected) => `${many.replace("{n}", length)} ${selected}`,
    tAssistiveHint: () => more,
  });
  box.replaceWith(place);
}
