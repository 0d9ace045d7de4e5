// Calls to the server that this page came from.

import { read } from "./json.js";

/** Without name and password, which a browser may keep in the page's address: fetch refuses those. */
const root = new URL("..", location.origin + location.pathname);

export class Refused extends Error {
  constructor(status, reason) {
    super(reason);
    this.status = status;
  }
}

/** A path, each value in it as one segment or parameter: at`DANE/task/${id}`. */
export const at = (texts, ...values) =>
  String.raw({ raw: texts }, ...values.map(encodeURIComponent));

export const get = (path) => call("GET", path);
export const remove = (path) => call("DELETE", path);

/** @param body JSON text, if there is something to say */
export const post = (path, body) =>
  call("POST", path, body, body === undefined ? {} : { "Content-Type": "application/json" });

async function call(method, path, body, headers = {}) {
  const request = fetch(new URL(path, root), { method, body, headers, cache: "no-store" });
  const answer = await request.catch(() => {
    throw new Error("The server does not answer.");
  });
  const text = await answer.text();
  if (!answer.ok) {
    throw new Refused(answer.status, reason(text) || `${answer.status} ${answer.statusText}`);
  }
  return text === "" ? null : read(text);
}

/** The document era refuses with JSON, the job era with a page. */
function reason(text) {
  const page = /<p>([^]*)<\/p>/.exec(text);
  return page ? unescaped(page[1]) : message(text);
}

function message(text) {
  try {
    return JSON.parse(text).message;
  } catch {
    return text;
  }
}

const unescaped = (text) =>
  text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
