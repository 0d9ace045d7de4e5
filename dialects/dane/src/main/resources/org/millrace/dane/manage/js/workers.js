// Workers: their queues, and what went wrong with the tasks of a key.

import { at, get, post } from "./calls.js";
import { ask, button, element, field, pager, row, table, tell, title } from "./elements.js";
import { follow } from "./live.js";
import { isUnfinished, showTasks } from "./tasks.js";

/** A page has so many tasks, and so many are counted: see ManageRoutes. */
const ROWS = 20;
const MOST_COUNTED = 10000;

/** Tasks that show 102, 200, 201 or 412 are no errors, and those that show 205 were just reset. */
const USUAL_ERRORS = ["400", "403", "404", "422", "500", "502", "503"];
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
    count.textContent = `${counted(told.total)} with an error`;
    choose(states, told.states);
    showTasks(tasks, told.tasks, again, (task) =>
      button("Go to document", () => goToDocument(task)),
    );
    const counts = Math.min(told.total, MOST_COUNTED);
    pages.replaceChildren(pager(page, Math.ceil(counts / ROWS), address));
  };
  const load = () => get(at`manage/workers/${key}?page=${page}`);
  const changes = ({ total, states }) =>
    total > MOST_COUNTED || Object.keys(states).some((state) => isUnfinished({ state }));
  const again = follow(signal, load, show, changes);
}

const counted = (tasks) =>
  tasks > MOST_COUNTED ? `More than ${many(MOST_COUNTED)}` : many(tasks);

const many = (tasks) => (tasks === 1 ? "1 task" : `${tasks} tasks`);

/** The usual states and those that are there, and of these the most frequent one at first. */
function choose(states, counts) {
  const chosen = states.value || mostFrequent(counts);
  const there = Object.keys(counts).filter((state) => state !== JUST_RESET);
  const all = [...new Set([...USUAL_ERRORS, ...there])].sort();
  const option = (state) => element("option", { selected: state === chosen }, state);
  states.replaceChildren(...all.map(option));
}

const mostFrequent = (counts) =>
  Object.entries(counts).sort((one, other) => other[1] - one[1])[0]?.[0] ?? "500";

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
