/** Values that are no single word: addresses of IPv6, of network cards, of hosts with a port, schedules of cron. */

const groups =
  /(?:[0-9a-fA-F]{1,4}:){3,7}[0-9a-fA-F]{1,4}(?![\w:])|[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4}){0,6}::(?:[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4}){0,6})?(?!\w)/y;
const port = /:\d{2,5}(?![\w:])/y;
const host = /^(?:[a-z]\w*[.-][\w.-]*\w|localhost)$/;
const sourceFile =
  /\.(?:java|kts?|scala|groovy|[cm]?[jt]sx?|py|go|rb|php|rs|cs|exs?|erl|swift|dart|c|cc|cpp|h|hpp|m|vue|svelte|sh|sql|ya?ml|json|xml)$/;

/** Behind `fe80::1` or `aa:bb:cc:dd:ee:ff`, whose first word ends at `wordEnd`; -1 where no such address begins. */
export function groupsEnd(text: string, at: number, wordEnd: number): number {
  if (text.charCodeAt(wordEnd) !== 58 || wordEnd - at > 4 || wordEnd < at) return -1;
  groups.lastIndex = at;
  return groups.test(text) ? groups.lastIndex : -1;
}

/** Behind `redis-master:6379`, a name that a port follows; -1 for any other word, such as a source file with its line. */
export function hostEnd(text: string, at: number, wordEnd: number): number {
  const end = portEnd(text, wordEnd);
  if (end === wordEnd) return -1;
  const word = text.slice(at, wordEnd);
  return host.test(word) && !sourceFile.test(word) ? end : -1;
}

/** Behind `[fe80::1]:443`; -1 where brackets hold something else. */
export function bracketedEnd(text: string, open: number): number {
  const close = text.indexOf("]", open);
  if (close === -1 || close - open > 48) return -1;
  return groupsEnd(text, open + 1, text.indexOf(":", open)) === close ? portEnd(text, close + 1) : -1;
}

const schedule = /(?:[\d*?][\d*?/,LW-]{0,40} ){4,6}[\d*?A-Z][\d*?/,A-Z#-]{0,40}(?![\w])/y;

/** Behind `0 3 * * *`; -1 where no schedule of cron begins. */
export function scheduleEnd(text: string, at: number): number {
  if (!text.includes("*", at)) return -1;
  schedule.lastIndex = at;
  const found = schedule.exec(text)?.[0];
  return found?.includes("*") === true ? at + found.length : -1;
}

function portEnd(text: string, at: number): number {
  if (text.charCodeAt(at) !== 58) return at;
  port.lastIndex = at;
  return port.test(text) ? port.lastIndex : at;
}
