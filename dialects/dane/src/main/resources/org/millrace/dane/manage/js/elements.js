// Pieces of the page. Everything that comes from data goes in as text, never as markup.

/** An element; of its attributes functions are listeners, and those that are false are left out. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      made.addEventListener(attribute, value);
    } else if (value !== false) {
      made.setAttribute(attribute, value === true ? "" : value);
    }
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null)); // texts become text nodes
  return made;
}

/** A link where a browser may follow the address; else the address alone. */
export function webLink(address) {
  return /^https?:\/\//i.test(address)
    ? element("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, address)
    : address;
}

/** The server tells UTC without saying so. */
export function time(text) {
  return text ? element("time", { datetime: `${text}Z` }, `${text.replace("T", " ")} UTC`) : "";
}

/** @param pairs of a name and what it is */
export function facts(...pairs) {
  const lines = pairs.map(([name, value]) =>
    element("div", {}, element("dt", {}, name), element("dd", {}, value)),
  );
  return element("dl", {}, lines);
}

export function title(...parts) {
  return element("div", { class: "title" }, parts);
}

/** A button that cannot be pressed again while it works; what goes wrong is told above. */
export function button(label, work, kind = "plain") {
  const press = async () => {
    made.disabled = true;
    quiet();
    await Promise.resolve().then(work).catch(complain);
    made.disabled = false;
  };
  const made = element("button", { type: "button", class: kind, click: press }, label);
  return made;
}

/** A row that leads somewhere, by its link and wherever else it is clicked. */
export function row(href, ...cells) {
  const go = (event) => event.target.closest("a") || (location.hash = href);
  return element("tr", { class: "leads", click: go }, cells);
}

export function table(heads, rows) {
  const head = heads.map((name) => element("th", { scope: "col" }, name));
  return element(
    "div",
    { class: "scrolls" },
    element("table", {}, element("thead", {}, element("tr", {}, head)), element("tbody", {}, rows)),
  );
}

/** @param address of a page, from 1 */
export function pager(page, pages, address) {
  const step = (to, label) =>
    to < 1 || to > pages ? null : element("a", { href: address(to) }, label);
  return pages <= 1
    ? ""
    : element(
        "p",
        { class: "pager" },
        step(page - 1, "Previous"),
        ` Page ${page} of ${pages} `,
        step(page + 1, "Next"),
      );
}

/** @param fill is asked for the inside when it is opened */
export function details(name, fill) {
  const inside = element("div");
  const open = async () => {
    if (made.open) inside.replaceChildren(...[await fill()].flat());
  };
  const made = element("details", { "data-name": name, toggle: () => open().catch(complain) });
  made.append(element("summary", {}, name), inside);
  return made;
}

/** Opens in one what is open in the other, which it takes the place of. */
export function keepOpen(before, after) {
  for (const open of before.querySelectorAll("details[open]")) {
    after.querySelectorAll("details").forEach((each) => {
      if (each.dataset.name === open.dataset.name) each.open = true;
    });
  }
}

const notice = document.getElementById("notice");

export function tell(text) {
  notice.className = "";
  notice.textContent = text;
  notice.hidden = false;
}

export function complain(failure) {
  tell(failure.message);
  notice.className = "failure";
}

export function quiet() {
  notice.hidden = true;
}

/** Asks the reader, and promises whether the answer is yes. */
export function ask(question, yes) {
  return new Promise((resolve) => {
    const dialog = element(
      "dialog",
      { close: () => resolve(dialog.returnValue === "yes") },
      element("p", {}, question),
      element(
        "form",
        { method: "dialog", class: "buttons" },
        element("button", { class: "plain", autofocus: true }, "Cancel"),
        element("button", { class: "danger", value: "yes" }, yes),
      ),
    );
    open(dialog);
  });
}

/**
 * Asks the reader to fill in a form.
 *
 * @param fields name, label, and either choices, lines or attributes of an input
 * @param submit gets the values by name; the form stays open where it fails, and says why
 */
export function fill(heading, yes, fields, submit) {
  const failure = element("p", { class: "failure", role: "alert", hidden: true });
  const send = async (event) => {
    event.preventDefault();
    try {
      await submit(Object.fromEntries(new FormData(event.target)));
      dialog.close();
    } catch (refused) {
      failure.textContent = refused.message;
      failure.hidden = false;
    }
  };
  const dialog = element(
    "dialog",
    {},
    element("h2", {}, heading),
    element(
      "form",
      { submit: send },
      fields.map(field),
      failure,
      element(
        "div",
        { class: "buttons" },
        button("Cancel", () => dialog.close()),
        element("button", {}, yes),
      ),
    ),
  );
  open(dialog);
}

export function field({ name, label, choices, lines, ...attributes }) {
  return element("label", {}, label, input(name, choices, lines, attributes));
}

function input(name, choices, lines, attributes) {
  if (choices) {
    const options = choices.map((choice) => element("option", {}, choice));
    return element("select", { name }, options);
  }
  return lines
    ? element("textarea", { name, rows: lines, spellcheck: "false", ...attributes })
    : element("input", { name, autocomplete: "off", spellcheck: "false", ...attributes });
}

function open(dialog) {
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
