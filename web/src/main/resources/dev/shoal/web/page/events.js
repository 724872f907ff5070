// What happens, as the peer tells it. Owns the stream of events and whether the peer is there; hands each event to who
// listens, and says when lists have to be asked for again because something may have been missed.

import { get } from './api.js';
import { draw } from './dom.js';

/** All that a peer tells by itself. What else changes is asked for now and then by who shows it. */
const NAMES = ['task', 'taskEnded', 'said', 'got', 'updated', 'conflict', 'webLinkUsed'];

const LEFT_OUT = /more things happened, and were not told/;

const MIN_WAIT_MILLIS = 1_000;
const MAX_WAIT_MILLIS = 10_000;

/**
 * starting, open, silent (the peer is there, but does not tell what happens), lost (the peer is gone) or locked (the
 * peer is another one than let this page in).
 */
export const link = { state: 'starting' };

const listeners = new Map();
let source = null;
let waitMillis = MIN_WAIT_MILLIS;
let timer = 0;

/** Hears of an event; `sync` is when lists have to be asked for again. Returns how to end that. */
export function on(name, act) {
  if (!listeners.has(name)) {
    listeners.set(name, new Set());
  }
  listeners.get(name).add(act);
  return () => listeners.get(name).delete(act);
}

/** Does something again and again, as long as somebody looks and the peer is there. */
export function every(millis, act) {
  setInterval(() => !document.hidden && ['open', 'silent'].includes(link.state) && act(), millis);
}

function tell(name, data) {
  listeners.get(name)?.forEach((act) => act(data, name));
}

function become(state) {
  if (link.state !== state) {
    link.state = state;
    draw();
  }
}

function open() {
  clearTimeout(timer);
  source?.close();
  source = new EventSource('/api/v1/events');
  source.onopen = () => {
    waitMillis = MIN_WAIT_MILLIS;
    become('open');
    // The first time as well: lists that were asked for before this may have missed something.
    tell('sync');
  };
  source.onerror = lost;
  for (const name of NAMES) {
    source.addEventListener(name, (event) => {
      const data = JSON.parse(event.data);
      tell(name, data);
      if (name === 'said' && LEFT_OUT.test(data.text)) {
        tell('sync');
      }
    });
  }
}

async function lost() {
  source?.close();
  source = null;
  if (document.hidden) {
    return;
  }
  // Something that the peer knows by itself: that the index is away, or that others listen, does not mean it is gone.
  const problem = await get('/limits').then(() => null, (e) => e);
  if (document.hidden || source !== null) {
    return;
  }
  become(problem?.status === 401 ? 'locked' : problem?.status === 0 ? 'lost' : 'silent');
  if (link.state === 'silent') {
    tell('sync');
  }
  clearTimeout(timer);
  timer = setTimeout(open, waitMillis);
  waitMillis = Math.min(2 * waitMillis, MAX_WAIT_MILLIS);
}

/** Tries at once. */
export function retry() {
  waitMillis = MIN_WAIT_MILLIS;
  open();
}

export function start() {
  open();
  // Browsers open six connections to a place: windows that nobody sees must not hold them.
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) {
      clearTimeout(timer);
      source?.close();
      source = null;
    } else if (source === null) {
      open();
    }
  });
}
