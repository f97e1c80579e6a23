/* Suggestions below the box of a facility or a region. What is chosen goes into the form with its id; what is only typed
   is searched by the server, as without scripts. */
const hidden = (form, name) => {
  const known = form.querySelector(`input[type=hidden][name="${CSS.escape(name)}"]`);
  const input = known ?? Object.assign(document.createElement("input"), { type: "hidden", name });
  if (!known) form.append(input);
  return input;
};

/* The box of a question: the id stands in the form, for the page that is shown again after a mistake. */
const answering = ({ form, name }) => {
  const field = name.replace(/\.search$/, "");
  return (one) => {
    hidden(form, field).value = one.id;
    hidden(form, `${field}.label`).value = one.name;
  };
};

/* The box of an address: only while its text is what was chosen does the id stand for it. */
const narrowing = ({ form, id, name, dataset }, known) => {
  let chosen = known;
  form.addEventListener("formdata", ({ formData }) => {
    if (document.getElementById(id).value.trim() !== chosen?.name) return;
    formData.delete(name);
    formData.set(dataset.into, chosen.id);
  });
  return (one) => {
    chosen = one;
  };
};

/* A name as it is written: the list takes what it is given for markup. */
const written = (name) => name.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/* The choices that a list has without scripts: shown until something else is typed. */
const listed = (box) => [...(box.options ?? [])].map((one) => ({ id: one.value, name: one.text.trim() }));

for (const box of document.querySelectorAll("[data-find]")) {
  const { find, into, none, more, many } = box.dataset;
  const { id, name } = box;
  const choices = listed(box);
  const known = choices[box.selectedIndex];
  const choose = into ? narrowing(box, known) : answering(box);
  const [, section, about] = location.pathname.split("/");
  const asking = ["enter", "boards"].includes(section) ? about : "";
  const place = document.createElement("div");
  const label = document.querySelector(`label[for="${CSS.escape(id)}"]`);
  let last = 0;
  accessibleAutocomplete({
    element: place,
    id,
    name,
    defaultValue: known?.name ?? box.value,
    minLength: choices.length ? 0 : 1,
    showAllValues: choices.length > 0,
    confirmOnBlur: false,
    displayMenu: "overlay",
    menuAttributes: { "aria-label": label?.textContent.trim() ?? "" },
    inputClasses: "govuk-input",
    templates: { inputValue: (one) => one?.name ?? "", suggestion: (one) => written(one?.name ?? one) },
    source: async (text, show) => {
      const asked = (last += 1);
      if (choices.length && (!text || text === known?.name)) return show(choices);
      const answer = await fetch(`/find/${find}?for=${encodeURIComponent(asking)}&q=${encodeURIComponent(text)}`);
      if (answer.ok && asked === last) show(await answer.json());
    },
    onConfirm: (one) => one && choose(one),
    tNoResults: () => none,
    tStatusQueryTooShort: () => "",
    tStatusNoResults: () => none,
    tStatusSelectedOption: (option, length, index) => `${option} ${index + 1} / ${length}`,
    tStatusResults: (length, selected) => `${many.replace("{n}", length)} ${selected}`,
    tAssistiveHint: () => more,
  });
  box.replaceWith(place);
}
