// Sizes, rates and times as people read them, in the words of the command line. Pure functions.

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Bytes, with three digits where they matter. */
export function size(bytes) {
  let value = bytes;
  let unit = 0;
  // 1023.5 and more would be rounded to 1024.
  while (value >= 1023.5 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value.toFixed(unit > 0 && value < 99.95 ? 1 : 0)} ${UNITS[unit]}`;
}

export const rate = (bytesPerSecond) => `${size(bytesPerSecond)}/s`;

/** The most that goes on: a rate, nothing, or no limit. */
export function limit(bytesPerSecond) {
  return bytesPerSecond < 0 ? 'unlimited' : bytesPerSecond === 0 ? 'paused' : rate(bytesPerSecond);
}

function twoUnits(seconds, large, largeName, small, smallName) {
  const rest = Math.floor((seconds % large) / small);
  return `${Math.floor(seconds / large)} ${largeName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`;
}

/** A span, in its two largest units. */
export function seconds(span) {
  if (span < MINUTE) {
    return `${span} s`;
  }
  if (span < HOUR) {
    return twoUnits(span, MINUTE, 'min', 1, 's');
  }
  return span < DAY ? twoUnits(span, HOUR, 'h', MINUTE, 'min') : twoUnits(span, DAY, 'd', HOUR, 'h');
}

export const date = (millis) => new Date(millis).toLocaleDateString(undefined, { dateStyle: 'medium' });

export const time = (millis) => new Date(millis).toLocaleTimeString(undefined, { timeStyle: 'medium' });

export const moment = (millis) => new Date(millis)
  .toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** A moment, seen from now. */
export function ago(millis, now = Date.now()) {
  const span = Math.floor((now - millis) / 1000);
  if (span < MINUTE && span > -HOUR) {
    return 'just now';
  }
  if (span < 0 || span > 30 * DAY) {
    return date(millis);
  }
  if (span < HOUR) {
    return `${Math.floor(span / MINUTE)} min ago`;
  }
  if (span < DAY) {
    return `${Math.floor(span / HOUR)} h ago`;
  }
  const days = Math.floor(span / DAY);
  return days === 1 ? 'yesterday' : `${days} days ago`;
}

/** A number with thin blanks between thousands. */
export const number = (value) => String(value).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');

export const count = (value, one, many = `${one}s`) => `${number(value)} ${value === 1 ? one : many}`;

/** Whole per cent; 100 only when all of it is there. */
export function percent(done, all) {
  return all === 0 ? 0 : done >= all ? 100 : Math.min(99, Math.floor((done / all) * 100));
}

/** Who a name belongs to, and the rest of it; of a path, which stands for a name that is not known yet, its end. */
export function parts(name) {
  const slash = name.indexOf('/');
  if (slash === 0) {
    return { owner: '', rest: leaf(name) };
  }
  return slash < 0 ? { owner: '', rest: name } : { owner: name.slice(0, slash), rest: name.slice(slash + 1) };
}

/** The last part of a path or a name. */
export const leaf = (path) => path.replace(/[/\\]+$/, '').split(/[/\\]/).pop();

/** Whether a text is a link to a name. */
export const isLink = (text) => /^\s*shoal:\/\/\S+\s*$/.test(text);

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What a file is called that is got by a name, by one version of it, or by a link. */
export function fileName(target) {
  const name = isLink(target) ? decoded(target.trim().split(',')[0]) : target;
  return leaf(name).replace(/@\d+$/, '');
}

/** A path of a folder, and a name in it. */
export const inFolder = (folder, name) => (folder.endsWith('/') ? folder + name : `${folder}/${name}`);

/** The beginning of what nobody reads to its end. */
export const short = (text, most = 12) => (text.length <= most ? text : `${text.slice(0, most)}…`);
