// What is shown is loaded again while something in it is unfinished.

import { Refused } from "./calls.js";
import { complain, quiet } from "./elements.js";

const PAUSE = 3000; // milliseconds

/**
 * Loads and shows, now and every few seconds while it is unfinished.
 *
 * @param signal aborted when the reader goes elsewhere
 * @param load promises what is to be shown
 * @param show is called when that is not what was shown last
 * @param isUnfinished whether it may change by itself
 * @returns a function that loads again at once
 */
export function follow(signal, load, show, isUnfinished) {
  let timer;
  let turns = 0;
  let shown;
  let complained = false;

  async function turn() {
    clearTimeout(timer);
    const mine = ++turns;
    const isOver = () => signal.aborted || mine !== turns;
    try {
      const found = await load();
      if (isOver()) return;
      if (complained) quiet();
      complained = false;
      const text = JSON.stringify(found);
      if (text !== shown) show(found);
      shown = text;
      if (isUnfinished(found)) later();
    } catch (failure) {
      if (isOver()) return;
      complain(failure);
      complained = true;
      if (!(failure instanceof Refused) || failure.status >= 500) later();
    }
  }

  const later = () => (timer = setTimeout(() => (document.hidden ? later() : turn()), PAUSE));

  signal.addEventListener("abort", () => clearTimeout(timer));
  turn();
  return turn;
}
