// Tasks of documents, as cards.

import { at, get, post, remove } from "./calls.js";
import { ask, button, details, element, facts, keepOpen, time, webLink } from "./elements.js";
import { written } from "./json.js";

const DONE = "200";
const ON_ITS_WAY = ["102", "201", "202", "205"];

/** These go on by themselves as well: when what they depend on is done, or some time later. */
const COMES_BACK = ["412", "502", "503"];

/** Whether a task may change by itself. */
export const isUnfinished = ({ state }) => [...ON_ITS_WAY, ...COMES_BACK].includes(String(state));

export function chip(state) {
  const text = String(state);
  const kind = text === DONE ? "done" : ON_ITS_WAY.includes(text) ? "busy" : "bad";
  return element("span", { class: `chip ${kind}` }, text);
}

const shown = new WeakMap();

/**
 * Shows tasks as children of a list. A card that did not change stays, with what the reader opened.
 *
 * @param again is called when something was done to one
 * @param more a button besides the usual ones
 */
export function showTasks(list, tasks, again, more = () => null) {
  const before = new Map([...list.children].map((card) => [card.dataset.id, card]));
  list.replaceChildren(
    ...tasks.map((task) => {
      const old = before.get(task._id);
      const text = JSON.stringify(task);
      if (old && shown.get(old) === text) return old;
      const made = card(task, again, more(task));
      shown.set(made, text);
      if (old) keepOpen(old, made);
      return made;
    }),
  );
}

function card(task, again, more) {
  const { _id, key, state, msg, priority, created_at, updated_at, args } = task;
  const act = (label, action) =>
    button(label, () => post(at`DANE/task/${_id}/${action}`).then(again));
  return element(
    "article",
    { "data-id": _id },
    element(
      "h2",
      {},
      element("a", { href: at`#/worker/${key}` }, key),
      chip(state),
      element("span", { class: "message" }, msg),
    ),
    facts(
      ["Id", element("span", { class: "id" }, _id)],
      ...(priority > 1 ? [["Priority", String(priority)]] : []),
      ["Created", time(created_at)],
      ["Updated", time(updated_at)],
    ),
    isEmpty(args) ? null : details("Arguments", () => element("pre", {}, written(args))),
    details("Results", () => results(_id)),
    details("Explanation", () => explanation(_id)),
    element(
      "div",
      { class: "buttons" },
      act("Retry", "retry"),
      act("Force retry", "forceretry"),
      act("Reset", "reset"),
      more,
      button("Delete", () => drop(task, again), "danger"),
    ),
  );
}

/** How the server writes an object without members. */
const isEmpty = (fields) => fields["*"] === null;

async function drop({ _id, key }, again) {
  if (await ask(`Delete task ${key} and its results?`, "Delete")) {
    await remove(at`DANE/task/${_id}`);
    await again();
  }
}

/** What holds it, what would help, and how earlier attempts went. */
async function explanation(task) {
  const { summary, causes, earlier } = await get(at`DANE/task/${task}/explain`);
  const reasons = causes.map(({ message, help }) => (help ? `${message}; ${help}` : message));
  const lines = [...reasons, ...earlier].map((line) => element("li", {}, line));
  return [element("p", {}, summary), element("ul", {}, lines)];
}

async function results(task) {
  const found = await get(at`manage/task/${task}/results`);
  return found.length === 0 ? "None so far." : found.map(result);
}

function result({ _id, generator, payload }) {
  return element(
    "div",
    { class: "result" },
    facts(
      ["Id", element("span", { class: "id" }, _id)],
      ["Generator", `${generator.name}, ${generator.type} ${generator.id}`],
      ["Homepage", webLink(generator.homepage)],
    ),
    element("pre", {}, isEmpty(payload) ? "{}" : written(payload)),
  );
}
