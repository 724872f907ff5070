// How the peer is as a whole: who it acts for, whether its index is there, how much it moves. Owns these for all views,
// and asks for them again now and then, as long as somebody looks.

import { get } from './api.js';
import { draw } from './dom.js';
import { every, on } from './events.js';

const STATUS_MILLIS = 5_000;
const RATES_MILLIS = 2_000;

export const peer = { status: null, session: null, sessionProblem: null, rates: null };

export async function askStatus() {
  peer.status = await get('/status').catch(() => peer.status);
  draw();
}

export async function askSession() {
  try {
    peer.session = await get('/session');
    peer.sessionProblem = null;
  } catch (e) {
    peer.session = null;
    peer.sessionProblem = e;
  }
  draw();
}

async function askRates() {
  peer.rates = await get('/rates').catch(() => peer.rates);
  draw();
}

/** What moved in the last second. */
export function now() {
  const { rates } = peer;
  return rates === null || rates.upload.length === 0 ? null
    : { upload: rates.upload.at(-1), download: rates.download.at(-1) };
}

export function start() {
  every(STATUS_MILLIS, askStatus);
  every(RATES_MILLIS, askRates);
  on('sync', () => Promise.all([askStatus(), askSession(), askRates()]));
  askStatus();
  askSession();
  askRates();
}
