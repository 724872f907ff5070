// Where in the page somebody is: the part of the address behind #, as #/find/ada%2Fbook. Owns nothing else.

import { draw } from './dom.js';

export const place = { view: 'find', part: '' };

const watching = new Set();

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

function read() {
  const [view, ...rest] = location.hash.replace(/^#\//, '').split('/');
  return { view: view === '' ? 'find' : view, part: decoded(rest.join('/')) };
}

/** The address of a place. */
export const href = (view, part = '') => `#/${view}${part === '' ? '' : `/${encodeURIComponent(part)}`}`;

/** Goes there. */
export function go(view, part = '') {
  location.hash = href(view, part);
}

/** Hears of each new place, and of the one before. */
export function onPlace(act) {
  watching.add(act);
}

export function start() {
  Object.assign(place, read());
  addEventListener('hashchange', () => {
    const before = { ...place };
    Object.assign(place, read());
    watching.forEach((act) => act(before));
    draw();
  });
}
