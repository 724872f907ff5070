// Asks the peer. Owns what a request looks like and what an error is; knows no view.

const ROOT = '/api/v1';

/** Why the peer did not do something: its own sentence, or that it does not answer. */
export class Problem extends Error {
  constructor(status, reason, detail) {
    super(detail);
    this.status = status;
    this.reason = reason;
  }
}

function query(values) {
  const pairs = Object.entries(values ?? {}).filter(([, value]) => value !== undefined && value !== null);
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`;
}

async function problem(answer) {
  const said = await answer.json().catch(() => ({}));
  return new Problem(answer.status, said.reason ?? 'failed',
    said.detail ?? `The peer answered ${answer.status}, and said nothing about it.`);
}

async function send(path, options) {
  let answer;
  try {
    answer = await fetch(ROOT + path, { cache: 'no-store', credentials: 'same-origin', ...options });
  } catch (e) {
    if (e.name === 'AbortError') {
      throw e;
    }
    throw new Problem(0, 'gone', 'The peer does not answer. See whether `shoal up` still runs.');
  }
  if (!answer.ok) {
    throw await problem(answer);
  }
  const type = answer.headers.get('Content-Type') ?? '';
  return type.includes('json') ? answer.json() : null;
}

export const get = (path, values, signal) => send(path + query(values), { signal });

export const remove = (path, values) => send(path + query(values), { method: 'DELETE' });

function withBody(method, path, body) {
  return send(path, body === undefined
    ? { method }
    : { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
}

export const post = (path, body) => withBody('POST', path, body);

export const put = (path, body) => withBody('PUT', path, body);

/** Sends bytes of a file that was dropped. */
export function putBytes(path, values, bytes, signal) {
  return send(path + query(values), {
    method: 'PUT', headers: { 'Content-Type': 'application/octet-stream' }, body: bytes, signal,
  });
}

/** What was given without what is empty: the peer takes that as not said. */
export function said(values) {
  return Object.fromEntries(Object.entries(values)
    .filter(([, value]) => value !== '' && value !== null && value !== undefined));
}
