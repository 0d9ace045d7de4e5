// The page's views by address. Each view gets where to show itself, and a signal that ends it.

import { documentOf, documents } from "./documents.js";
import { complain, quiet } from "./elements.js";
import { job, jobs } from "./jobs.js";
import { worker, workers } from "./workers.js";

const VIEWS = [
  [/^\/documents$/, documents],
  [/^\/document\/([^/]+)$/, documentOf],
  [/^\/workers$/, workers],
  [/^\/worker\/([^/]+)$/, worker],
  [/^\/jobs$/, jobs],
  [/^\/job\/([^/]+)$/, job],
];

let current = new AbortController();

function show() {
  current.abort();
  current = new AbortController();
  document.querySelectorAll("dialog").forEach((dialog) => dialog.close());
  quiet();

  const main = document.getElementById("view");
  main.replaceChildren();
  const [path, query = ""] = (location.hash.slice(1) || "/documents").split(/\?(.*)/s);
  mark(path);
  try {
    open(path, { main, signal: current.signal, query: new URLSearchParams(query) });
  } catch (failure) {
    complain(failure);
  }
}

function open(path, page) {
  for (const [address, view] of VIEWS) {
    const found = address.exec(path);
    if (found) {
      return view(page, ...found.slice(1).map(decodeURIComponent));
    }
  }
  throw new Error("There is no such page.");
}

/** Shows which part of the page this is. */
function mark(path) {
  for (const link of document.querySelectorAll("nav a")) {
    const isHere = path.startsWith(link.getAttribute("href").slice(1, -1)); // documents and document
    link.setAttribute("aria-current", isHere ? "page" : "false");
  }
}

addEventListener("hashchange", show);
show();
