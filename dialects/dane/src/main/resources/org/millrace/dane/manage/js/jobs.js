// The job era: jobs, and one of them with the tree of its tasks.

import { at, get, post, remove, Refused } from "./calls.js";
import {
  ask,
  button,
  details,
  element,
  facts,
  field,
  fill,
  keepOpen,
  pager,
  row,
  table,
  tell,
  title,
  webLink,
} from "./elements.js";
import { go } from "./documents.js";
import { asText, written } from "./json.js";
import { follow } from "./live.js";
import { chip, isUnfinished } from "./tasks.js";

const ROWS = 20;

/** Most jobs that can be named at once. */
const MOST = 1_000;

/** Calls at once where many jobs are asked for. */
const TOGETHER = 4;

const addressOf = (id) => at`#/job/${id}`;

export function jobs({ main, signal, query }) {
  const source = query.get("source") ?? "";
  const ids = query.get("ids") ?? "";
  const page = Math.max(1, parseInt(query.get("page")) || 1);
  const isSearch = source !== "" || ids !== "";
  const address = (to) => `#/jobs?${new URLSearchParams({ source, ids, page: to })}`;

  const count = element("p", { class: "count" });
  const bulk = element("div", { class: "buttons" });
  const found = element("section");
  main.append(
    title(element("h1", {}, "Jobs"), button("New job", register, "")),
    element(
      "form",
      { class: "search", role: "search", submit: (event) => go(event, "#/jobs?") },
      field({ name: "source", label: "Source id", value: source }),
      field({ name: "ids", label: "Job ids", value: ids, placeholder: "1,4,8:12" }),
      element("button", {}, "Search"),
    ),
    count,
    bulk,
    found,
  );

  let results; // of a search: looked for once, until something is done to them
  const load = async () => {
    const all = isSearch ? (results ??= await search(source, ids)) : await unfinished();
    const jobs = await existing(all.slice((page - 1) * ROWS, page * ROWS));
    return { all, jobs };
  };
  const show = ({ all, jobs }) => {
    count.textContent = isSearch ? `${all.length} found` : `${all.length} in progress`;
    bulk.replaceChildren(...(isSearch && all.length > 0 ? bulkButtons(all, searchAgain) : []));
    found.replaceChildren(
      table(["Job", "Source", "Tasks"], jobs.map(line)),
      pager(page, Math.ceil(all.length / ROWS), address),
    );
  };
  const again = follow(signal, load, show, ({ jobs }) => !isSearch || jobs.some(isLive));
  const searchAgain = () => {
    results = undefined;
    return again();
  };
}

const unfinished = async () => (await get("DANE/job/inprogress")).jobs;

/** Those that both are about, where both are given. */
async function search(source, ids) {
  const bySource = source === "" ? null : (await get(at`DANE/job/search/${source}`)).jobs;
  if (ids === "") return bySource;
  const named = numbers(ids);
  return bySource === null
    ? (await existing(named)).map((job) => job.job_id)
    : bySource.filter((id) => named.includes(id));
}

/** Of a list with commas and ranges: 1,4,8:12. */
function numbers(list) {
  const all = new Set();
  for (const part of list.split(",").filter((text) => text.trim() !== "")) {
    const range = /^\s*(\d{1,10})(?:\s*:\s*(\d{1,10}))?\s*$/.exec(part);
    if (!range) throw new Error(`'${part}' is no job id and no range like 8:12.`);
    const [first, last] = [Number(range[1]), Number(range[2] ?? range[1])];
    for (let id = first; id <= last; id++) {
      all.add(id);
      if (all.size > MOST) throw new Error(`These are more than ${MOST} jobs.`);
    }
  }
  return [...all];
}

/** The jobs of these ids that are there. */
async function existing(ids) {
  const jobs = await each(ids, (id) => get(at`DANE/job/${id}`).catch(nothing));
  return jobs.filter((job) => job !== null);
}

function nothing(failure) {
  if (failure instanceof Refused && failure.status === 404) return null;
  throw failure;
}

/** What comes of each, in their order, a few at a time. */
async function each(items, work) {
  const done = [];
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const mine = next++;
      done[mine] = await work(items[mine]);
    }
  };
  await Promise.all(Array.from({ length: TOGETHER }, lane));
  return done;
}

function line(job) {
  const counts = new Map();
  for (const { task_state } of tasksOf(job.tasks)) {
    counts.set(task_state, (counts.get(task_state) ?? 0) + 1);
  }
  const states = [...counts].flatMap(([state, times]) => [
    chip(state),
    times > 1 ? ` × ${times} ` : " ",
  ]);
  return row(
    addressOf(job.job_id),
    element("td", {}, element("a", { href: addressOf(job.job_id) }, String(job.job_id))),
    element("td", {}, job.source_id),
    element("td", {}, states),
  );
}

function bulkButtons(ids, again) {
  const many = ids.length === 1 ? "1 job" : `${ids.length} jobs`;
  const all = (verb, act) => async () => {
    if (!(await ask(`${verb} ${many}?`, verb))) return;
    const outcomes = await each(ids, (id) => failureOf(act(id), id));
    const failures = outcomes.filter((failure) => failure !== null);
    tell([`${verb}: ${ids.length - failures.length} of ${many}.`, ...failures.slice(0, 5)].join(" "));
    await again();
  };
  return [
    button("Retry all", all("Retry", retry)),
    button("Delete all", all("Delete", drop), "danger"),
  ];
}

const failureOf = (work, id) =>
  work.then(
    () => null,
    (failure) => `${id}: ${failure.message}`,
  );

const retry = (id) => post(at`DANE/job/${id}/retry`);
const drop = (id) => remove(at`DANE/job/${id}`);

function register() {
  fill(
    "New job",
    "Register",
    [
      { name: "source", label: "Source id", required: true },
      { name: "url", label: "Source URL", required: true },
      {
        name: "tasks",
        label: "Tasks, a key or JSON",
        lines: 6,
        required: true,
        placeholder: '{"taskSequential": ["DOWNLOAD", {"taskParallel": ["CV", "ASR"]}]}',
      },
    ],
    async ({ source, url, tasks }) => {
      const job = { source_id: source, source_url: url, tasks }; // as a text, which the server reads
      const { job_id } = await post("DANE/job", written(job));
      location.hash = addressOf(job_id);
    },
  );
}

export function job({ main, signal }, id) {
  let shown = element("section");
  main.append(shown);
  const load = () => get(at`DANE/job/${id}`);
  const show = (found) => {
    const made = element("section", {}, partsOf(found, () => again()));
    keepOpen(shown, made);
    shown.replaceWith(made);
    shown = made;
  };
  const again = follow(signal, load, show, isLive);
}

const isLive = (job) => tasksOf(job.tasks).some((task) => isUnfinished({ state: task.task_state }));

function partsOf(job, again) {
  const { job_id, source_id, source_url, priority, tasks, metadata, response } = job;
  const id = asText(job_id);
  return [
    title(
      element("h1", {}, `Job ${id}`),
      button("Refresh", again),
      button("Retry job", () => retry(id).then(again)),
      button("Delete job", () => dropAndLeave(id), "danger"),
    ),
    facts(["Source", source_id], ["URL", webLink(source_url)], ["Priority", asText(priority)]),
    element("ul", { class: "tree" }, branch(tasks, again)),
    details("Metadata", () => element("pre", {}, written(metadata))),
    details("Responses", () => element("pre", {}, written(response))),
    details("JSON", () => element("pre", {}, written(job))),
  ];
}

async function dropAndLeave(id) {
  if (await ask(`Delete job ${id}?`, "Delete")) {
    await drop(id);
    location.hash = "#/jobs";
  }
}

const CONTAINERS = { taskSequential: "One after the other", taskParallel: "Side by side" };

/** Each has one member: a task, or a container of more. */
function branch(tree, again) {
  const [[name, inside]] = Object.entries(tree);
  return name in CONTAINERS
    ? element(
        "li",
        {},
        element("span", { class: "container" }, CONTAINERS[name]),
        element("ul", {}, inside.map((item) => branch(item, again))),
      )
    : leaf(inside, again);
}

function leaf({ task_key, task_id, task_state, task_msg }, again) {
  const id = asText(task_id);
  const act = (label, action) =>
    button(label, () => post(at`DANE/task/${id}/${action}`).then(again));
  return element(
    "li",
    { class: "leaf", "data-id": id },
    element("span", {}, element("strong", {}, task_key), " ", element("span", { class: "id" }, id)),
    task_state === undefined ? "" : chip(task_state), // a task that is being deleted has none
    element("span", { class: "message" }, task_msg ?? ""),
    element(
      "span",
      { class: "buttons" },
      act("Reset task state", "reset"),
      act("Force retry task", "forceretry"),
    ),
  );
}

/** All tasks of a tree, depth first. */
function tasksOf(tree) {
  const [[name, inside]] = Object.entries(tree);
  return name in CONTAINERS ? inside.flatMap(tasksOf) : [inside];
}
