// JSON as the server wrote it. JavaScript would round long numbers and turn 1.0 into 1, so numbers
// that it would not write as they came are kept as marked texts until they are shown.

const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

/** New for each page load, so that no text from elsewhere can begin with it. */
const MARK = `number ${Math.random()} `;
const MARKED = new RegExp(`"${MARK.replaceAll(".", "\\.")}([^"]*)"`, "g");

const isKept = (token) => token.startsWith('"') || String(Number(token)) === token;

export function read(text) {
  const marked = (token) => (isKept(token) ? token : JSON.stringify(MARK + token));
  return JSON.parse(text.replace(TOKENS, marked));
}

export function written(value) {
  return JSON.stringify(value, null, 2).replace(MARKED, "$1");
}

/** A text as it is, anything else as JSON. */
export function asText(value) {
  return typeof value === "string" ? value.replace(MARK, "") : written(value);
}
