// What a page tries with a peer, wherever the page comes from. Each attempt gives what it got: 'nothing', 'refused' when
// the peer said so in words that the page may read, or else all of it.

const JSON_BODY = { 'Content-Type': 'application/json' };

const verdict = (status, text) => (text.includes('"reason":"wrong-host"') ? 'refused' : `${status} ${text}`);

/** What a request brings. */
async function ask(url, options) {
  try {
    const answer = await fetch(url, { credentials: 'include', ...options });
    const text = await answer.text();
    return answer.type === 'opaque' && text === '' ? 'nothing' : verdict(answer.status, text);
  } catch {
    return 'nothing';
  }
}

/** What comes of something that says by events whether it came. */
function heard(source, good, bad) {
  return new Promise((tell) => {
    good.forEach((name) => source.addEventListener(name, (event) => tell(`got ${name} ${event.data ?? ''}`)));
    bad.forEach((name) => source.addEventListener(name, () => tell('nothing')));
  }).finally(() => source.close?.());
}

/** Puts something into the page. */
function put(name, attributes) {
  const element = Object.assign(document.createElement(name), attributes);
  document.body.append(element);
  return element;
}

const loaded = (name, attributes) => heard(put(name, attributes), ['load'], ['error']);

/** What can be read of a window or a frame, when it has come. */
async function seen(other) {
  for (;;) {
    try {
      if (other.closed) {
        return 'nothing';
      }
      const { document: there } = other;
      if (other.location.href !== 'about:blank' && there.readyState === 'complete') {
        const text = there.documentElement.textContent;
        return there.URL.startsWith('chrome-error:') ? 'nothing' : verdict('read', text);
      }
    } catch {
      return 'nothing';
    }
    await new Promise((go) => { setTimeout(go, 10); });
  }
}

async function framed(url) {
  const frame = put('iframe', {});
  const there = new Promise((go) => { frame.addEventListener('load', go); });
  frame.src = url;
  await there;
  return seen(frame.contentWindow);
}

async function opened(url) {
  const other = window.open(url);
  const got = await seen(other);
  other.postMessage('{"method":"DELETE","path":"/session"}', '*');
  other.close();
  return got;
}

/** Fills a form in that the browser itself sends. */
function form(url, enctype, text, target) {
  const it = put('form', { action: url, method: 'post', enctype, target });
  const field = document.createElement('input');
  // As text/plain this is an object of JSON.
  field.name = `${text.slice(0, -1)},"x":"`;
  field.value = '"}';
  it.append(field);
  it.submit();
}

async function postedInFrame(url, enctype, text) {
  const frame = put('iframe', { name: `frame-${enctype}` });
  const there = new Promise((go) => { frame.addEventListener('load', go); });
  form(url, enctype, text, frame.name);
  await there;
  return seen(frame.contentWindow);
}

async function postedInWindow(url, enctype, text) {
  const other = window.open('', `window-${enctype}`);
  form(url, enctype, text, `window-${enctype}`);
  const got = await seen(other);
  other.close();
  return got;
}

const FORMS = ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data'];

/** All that is tried; `peer` is its address, `token` the right one, `share` the body that shares a file. */
window.attempts = ({ peer, token, share }) => {
  const api = `${peer}/api/v1`;
  const bearer = { Authorization: `Bearer ${token}` };
  const all = {
    'read the shares': () => ask(`${api}/shares`),
    'read the shares blindly': () => ask(`${api}/shares`, { mode: 'no-cors' }),
    'read with the token': () => ask(`${api}/shares`, { headers: bearer, credentials: 'omit' }),
    'read the page': () => ask(`${peer}/`),
    'read the page with the token': () => ask(`${peer}/?token=${token}`),
    'read the page with a guessed token': () => ask(`${peer}/?token=${'A'.repeat(43)}`),
    'read a file of the page': () => ask(`${peer}/page/format.js`),
    'share as JSON': () => ask(`${api}/shares`, { method: 'POST', headers: JSON_BODY, body: share }),
    'share as text': () => ask(`${api}/shares`, { method: 'POST', body: share }),
    'share blindly': () => ask(`${api}/shares`, { method: 'POST', body: share, mode: 'no-cors' }),
    'share with the token': () => ask(`${api}/shares`, { method: 'POST', body: share, headers: { ...JSON_BODY, ...bearer } }),
    'change a setting': () => ask(`${api}/settings`, { method: 'PUT', headers: JSON_BODY, body: '{"keep":"7"}' }),
    'log out': () => ask(`${api}/session`, { method: 'DELETE' }),
    'a beacon': async () => {
      navigator.sendBeacon(`${api}/shares`, new Blob([share], { type: 'text/plain' }));
      return 'nothing';
    },
    'an event stream': () => heard(new EventSource(`${api}/events`, { withCredentials: true }), ['open'], ['error']),
    'a WebSocket': () => heard(new WebSocket(`${peer.replace('http', 'ws')}/api/v1/events`), ['open'], ['error']),
    'a script': () => loaded('script', { src: `${peer}/page/format.js` }),
    'an answer as a script': () => loaded('script', { src: `${api}/shares` }),
    'a module': () => import(`${peer}/page/format.js`).then((it) => `got ${Object.keys(it)}`, () => 'nothing'),
    'a picture': () => loaded('img', { src: `${peer}/page/icon.svg` }),
    'a style sheet': () => loaded('link', { rel: 'stylesheet', href: `${peer}/page/base.css` }),
    'a frame': () => framed(`${peer}/`),
    'a frame with the token': () => framed(`${peer}/?token=${token}`),
    'a window': () => opened(`${peer}/`),
    'a window with the token': () => opened(`${peer}/?token=${token}`),
    'a window with the token behind #': () => opened(`${peer}/#token=${token}`),
  };
  FORMS.forEach((enctype) => {
    all[`a form in a frame, ${enctype}`] = () => postedInFrame(`${api}/shares`, enctype, share);
    all[`a form in a window, ${enctype}`] = () => postedInWindow(`${api}/shares`, enctype, share);
  });
  return all;
};

/** Tries all of it, one after the other; what each got, by its name. */
window.attack = async (how) => {
  const got = {};
  for (const [name, attempt] of Object.entries(window.attempts(how))) {
    got[name] = await attempt();
  }
  return got;
};
