// Workers: their queues, and what went wrong with the tasks of a key.

import { at, get, post, Refused } from "./calls.js";
import { ask, button, element, field, pager, row, table, tell, title } from "./elements.js";
import { follow } from "./live.js";
import { isUnfinished, showTasks } from "./tasks.js";

const ROWS = 20;

/** Tasks that show 102, 200, 201 or 412 are no errors, and those that show 205 were just reset. */
const USUAL_ERRORS = ["400", "403", "404", "422", "500"];
const JUST_RESET = "205";

const addressOf = (key) => at`#/worker/${key}`;

export function workers({ main, signal }) {
  const queues = element("section");
  const open = (event) => {
    event.preventDefault();
    location.hash = addressOf(new FormData(event.target).get("key").toUpperCase());
  };
  main.append(
    title(element("h1", {}, "Workers")),
    element(
      "form",
      { class: "search", submit: open },
      field({ name: "key", label: "Task key", required: true }),
      element("button", {}, "Show errors"),
    ),
    queues,
  );
  const heads = ["Queue", "Keys", "Active workers", "In queue"];
  const show = (told) => queues.replaceChildren(table(heads, told.map(line)));
  follow(signal, () => get("manage/workers"), show, () => true);
}

/** A queue may have another name than its key, and several keys, or none. */
function line({ name, active_workers, in_queue, keys }) {
  const links = keys.flatMap((key) => [element("a", { href: addressOf(key) }, key), " "]);
  const cells = [name, links, String(active_workers), String(in_queue)].map((cell) =>
    element("td", {}, cell),
  );
  return keys.length === 1 ? row(addressOf(keys[0]), cells) : element("tr", {}, cells);
}

export function worker({ main, signal, query }, key) {
  const page = Math.max(1, parseInt(query.get("page")) || 1);
  const address = (to) => `${addressOf(key)}?page=${to}`;
  const count = element("p", { class: "count" });
  const states = element("select", { name: "state" });
  const tasks = element("section");
  const pages = element("div");
  const resetAll = element(
    "div",
    { class: "search" },
    element("label", {}, "State", states),
    button("Reset all", () => reset(key, states.value, again)),
  );

  const show = (told) => {
    if (!main.hasChildNodes()) {
      main.append(title(element("h1", {}, key)), count, resetAll, tasks, pages);
    }
    count.textContent = `${many(told.total)} with an error`;
    choose(states, told.tasks);
    showTasks(tasks, told.shown, again, (task) =>
      button("Go to document", () => goToDocument(task)),
    );
    pages.replaceChildren(pager(page, Math.ceil(told.total / ROWS), address));
  };
  const load = async () => {
    const told = await get(at`DANE/workers/${key}`, "total,tasks{_id,state}");
    const rows = told.tasks.slice((page - 1) * ROWS, page * ROWS);
    const found = await Promise.all(rows.map(taskIfThere));
    return { ...told, shown: found.filter((task) => task !== null) };
  };
  const again = follow(signal, load, show, (told) => told.tasks.some(isUnfinished));
}

/** Null if it was deleted meanwhile. */
const taskIfThere = ({ _id }) =>
  get(at`DANE/task/${_id}`).catch((failure) => {
    if (failure instanceof Refused && failure.status === 404) return null;
    throw failure;
  });

const many = (tasks) => (tasks === 1 ? "1 task" : `${tasks} tasks`);

/** The usual states and those that are there, and of these the most frequent one at first. */
function choose(states, tasks) {
  const chosen = states.value || mostFrequent(tasks);
  const there = tasks.map(({ state }) => state).filter((state) => state !== JUST_RESET);
  const all = [...new Set([...USUAL_ERRORS, ...there])].sort();
  const option = (state) => element("option", { selected: state === chosen }, state);
  states.replaceChildren(...all.map(option));
}

function mostFrequent(tasks) {
  const counts = new Map();
  tasks.forEach(({ state }) => counts.set(state, (counts.get(state) ?? 0) + 1));
  return [...counts].sort((one, other) => other[1] - one[1])[0]?.[0] ?? "500";
}

async function reset(key, state, again) {
  const question = `Reset all tasks of ${key} that show ${state}? They are queued again.`;
  if (await ask(question, "Reset all")) {
    const { total, error } = await post(at`DANE/workers/${key}/reset/${state}`);
    tell(error || `Reset: ${many(total)}.`);
    await again();
  }
}

async function goToDocument({ _id }) {
  const { _id: document } = await get(at`DANE/task/${_id}/document`);
  location.hash = at`#/document/${document}`;
}
