// The document era: documents, and one of them with its tasks.

import { at, get, post, remove } from "./calls.js";
import {
  ask,
  button,
  details,
  element,
  facts,
  field,
  fill,
  pager,
  row,
  table,
  time,
  title,
  webLink,
} from "./elements.js";
import { written } from "./json.js";
import { follow } from "./live.js";
import { isUnfinished, showTasks } from "./tasks.js";

const ROWS = 20;

/** On a page of the server's search, which counts and tells no more than so many. */
const HITS = 100;
const MOST = 10_000;

const addressOf = (id) => at`#/document/${id}`;

export function documents({ main, signal, query }) {
  const target = query.get("target") ?? "";
  const creator = query.get("creator") ?? "";
  const page = Math.max(1, parseInt(query.get("page")) || 1);
  const address = (to) => `#/documents?${new URLSearchParams({ target, creator, page: to })}`;

  const search = element(
    "form",
    { class: "search", role: "search", submit: (event) => go(event, "#/documents?") },
    field({ name: "target", label: "Target id", value: target, placeholder: "*" }),
    field({ name: "creator", label: "Creator id", value: creator, placeholder: "*" }),
    element("button", {}, "Search"),
  );
  const found = element("section");
  const head = title(element("h1", {}, "Documents"), button("New document", register, ""));
  main.append(head, search, found);

  const load = () => get(`DANE/search/document/?${searchFor(target, creator, page)}`);
  const show = ({ total, hits }) => {
    const first = ((page - 1) * ROWS) % HITS;
    found.replaceChildren(
      element("p", { class: "count" }, total < MOST ? `${total} found` : `${MOST} or more found`),
      table(["Target", "Type", "Creator"], hits.slice(first, first + ROWS).map(line)),
      pager(page, Math.ceil(total / ROWS), address),
    );
  };
  follow(signal, load, show, () => false);
}

/** Leads to the address that a form's values make. */
export function go(event, address) {
  event.preventDefault();
  location.hash = address + new URLSearchParams(new FormData(event.target));
}

function searchFor(target, creator, page) {
  return new URLSearchParams({
    target_id: target || "*",
    creator_id: creator || "*",
    page: Math.floor(((page - 1) * ROWS) / HITS) + 1,
  });
}

function line({ _id, target, creator }) {
  return row(
    addressOf(_id),
    element(
      "td",
      {},
      element("a", { href: addressOf(_id) }, target.id),
      element("div", { class: "id" }, _id),
    ),
    element("td", {}, target.type),
    element("td", {}, creator.id),
  );
}

function register() {
  fill(
    "New document",
    "Register",
    [
      { name: "target", label: "Target id", required: true },
      { name: "kind", label: "Target type", choices: ["Video", "Image", "Sound", "Text", "Dataset"] },
      { name: "url", label: "Target URL", required: true },
      { name: "creator", label: "Creator id", required: true },
      { name: "owner", label: "Creator type", choices: ["Organization", "Human", "Software"] },
    ],
    async ({ target, kind, url, creator, owner }) => {
      const document = {
        target: { id: target, type: kind, url },
        creator: { id: creator, type: owner },
      };
      const { _id } = await post("DANE/document/", written(document));
      location.hash = addressOf(_id);
    },
  );
}

export function documentOf({ main, signal }, id) {
  const head = element("section");
  const tasks = element("section");
  const load = async () => {
    const calls = [get(at`DANE/document/${id}`), get(at`DANE/document/${id}/tasks`)];
    const [document, assigned] = await Promise.all(calls);
    return { document, assigned };
  };
  const show = ({ document, assigned }) => {
    if (!head.hasChildNodes()) {
      // a document never changes
      head.append(...headOf(document, () => assign(id, again)));
      main.append(head, tasks);
    }
    showTasks(tasks, assigned, again);
  };
  const again = follow(signal, load, show, ({ assigned }) => assigned.some(isUnfinished));
}

function headOf(document, assignTo) {
  const { _id, target, creator, created_at, updated_at } = document;
  return [
    title(
      element("h1", {}, target.id),
      element("span", { class: "chip" }, target.type),
      button("Assign task", assignTo, ""),
      button("Delete", () => drop(document), "danger"),
    ),
    facts(
      ["Id", element("span", { class: "id" }, _id)],
      ["URL", webLink(target.url)],
      ["Creator", `${creator.id} (${creator.type})`],
      ["Created", time(created_at)],
      ["Updated", time(updated_at)],
    ),
    details("JSON", () => element("pre", {}, written(document))),
  ];
}

async function drop({ _id, target }) {
  if (await ask(`Delete document ${target.id}, its tasks and their results?`, "Delete")) {
    await remove(at`DANE/document/${_id}`);
    location.hash = "#/documents";
  }
}

function assign(id, again) {
  fill(
    "Assign a task",
    "Assign",
    [
      { name: "key", label: "Key", required: true },
      {
        name: "priority",
        label: "Priority, 0 to 10",
        type: "number",
        min: 0,
        max: 10,
        value: 1,
        required: true,
      },
      { name: "args", label: "Arguments, a JSON object", lines: 4, placeholder: "{}" },
    ],
    async ({ key, priority, args }) => {
      const task = written({ key, priority: Number(priority) });
      const given = asGiven(args.trim() || "{}");
      await post("DANE/task/", `{"task": ${task}, "args": ${given}, "document_id": ${written(id)}}`);
      await again();
    },
  );
}

/** One JSON value as it stands, so that its numbers arrive as they were written. */
function asGiven(text) {
  JSON.parse(text);
  return text;
}
