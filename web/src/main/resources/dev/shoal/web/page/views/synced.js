// Synced: the names that this home follows, with their versions, what each cost, and what became of files that somebody
// edited. Owns the list, which the peer tells as a whole, and the one that is open.

import { html, nothing, draw, heldFocus } from '../dom.js';
import { get, post, put, remove } from '../api.js';
import { every, on } from '../events.js';
import { confirm } from '../dialogs.js';
import { followDialog } from '../get-dialog.js';
import { icon } from '../icons.js';
import { ago, count, moment, size } from '../format.js';
import { go, place } from '../router.js';
import { announce, empty, facts, Form, named, pending, problem } from '../parts.js';
import { Windowed } from '../windowed.js';
import { limitForm } from './downloads.js';
import { rowLink, split } from './split.js';

const AGAIN_MILLIS = 5_000;

const one = { name: '', followed: null, details: null, error: null, acted: null, isBusy: false };
const limit = new Form({ limit: '' }, 'follow-limit');
const follow = new Form({ target: '' }, 'follow');

const WORDS = {
  current: 'the latest version is here', behind: 'a newer version is there', updating: 'a new version comes in',
  waiting: 'waits for somebody who has it', paused: 'paused', edited: 'edited here',
  conflict: 'edited here, and there is a newer version',
  deleted: 'deleted here', restored: 'an older version was brought back', gone: 'taken away, or not for you any more',
  failed: 'failed',
};

const TONES = {
  current: 'good', behind: 'warn', waiting: 'warn', edited: 'warn', conflict: 'bad', gone: 'bad', failed: 'bad',
};

function standing(followed) {
  const word = WORDS[followed.state] ?? followed.state;
  return followed.state === 'paused' && followed.trouble ? `paused ${followed.trouble}` : word;
}

let all = null;

const list = new Windowed({
  label: 'Followed names',
  key: (item) => item.name,
  load: async (offset, most, signal) => {
    if (offset === 0 || all === null) {
      all = (await get('/subscriptions', {}, signal)).items;
    }
    return { items: all.slice(offset, offset + most), total: all.length };
  },
  row: (item) => rowLink('synced', item.name, html`
    <span class="row-icon">${icon('synced')}</span>
    <span class="row-main">${named(item.name)}</span>
    <span class="row-side">${item.version === 0 ? 'your own' : `version ${item.version}`}${item.latest > item.version
  ? ` of ${item.latest}` : ''}</span>
    <span class="row-note">${item.path}</span>
    <span class=${`row-state ${TONES[item.state] ?? ''}`}>${item.state}</span>`),
  empty: () => empty('synced', 'No name is followed',
    'Follow a name, and every new version of it is here as soon as it is published.',
    html`<a class="button main" href="#/find">Find something to follow</a>`),
});

async function look(name) {
  if (one.name !== name) {
    Object.assign(one, { name, followed: null, details: null, error: null, acted: null });
    limit.clear();
  }
  if (name === '') {
    return;
  }
  try {
    const { items } = await get('/subscriptions');
    one.followed = items.find((item) => item.name === name) ?? null;
    one.error = one.followed === null ? new Error(`${name} is not followed any more.`) : null;
  } catch (e) {
    one.error = e;
  }
  draw();
  if (one.followed !== null) {
    one.details = await get('/names/details', { name }).catch(() => null);
    draw();
  }
}

async function act(what, text) {
  const back = heldFocus('.pane-title');
  Object.assign(one, { acted: null, isBusy: true });
  draw();
  try {
    const answer = await what();
    announce(typeof text === 'function' ? text(answer) : text);
  } catch (e) {
    one.acted = e;
  }
  one.isBusy = false;
  list.refresh();
  await look(one.name);
  back();
}

const restore = (version) => act(() => post('/subscriptions/restore', { name: one.name, version }),
  `Version ${version} is back, until the next new one comes.`);

const resolve = (choice) => act(() => post('/subscriptions/resolve', { name: one.name, choice }),
  (answer) => (answer.paused === null ? 'Done.' : `It is paused ${answer.paused}, and done afterwards.`));

async function unsubscribe(followed) {
  const text = 'No new version comes any more. All files stay where they are.';
  if (await confirm(`Follow ${followed.name} no longer?`, text, 'Unsubscribe')) {
    one.acted = null;
    try {
      await remove('/subscriptions', { name: followed.name });
      announce(`${followed.name} is not followed any more.`);
      go('synced');
    } catch (e) {
      one.acted = e;
    }
    list.refresh();
    draw();
  }
}

async function pause(followed, isPaused) {
  const { pauses } = await get('/schedule');
  const others = pauses.filter((each) => each.name !== followed.name);
  await put('/schedule', { pauses: isPaused ? others : [...others, { name: followed.name }] });
}

function conflict(followed) {
  if (!['edited', 'conflict', 'deleted'].includes(followed.state) && followed.copies.length === 0) {
    return nothing;
  }
  const choice = (what, title, text) => html`<li>
    <button ?disabled=${one.isBusy} @click=${() => resolve(what)}>${title}</button>
    <span class="hint">${text}</span></li>`;
  return html`<div class="card warn"><h3>${followed.state === 'deleted' ? 'You deleted it' : 'You edited it'}</h3>
    <p>Nothing of yours is overwritten. ${followed.copies.length > 0
    ? `${count(followed.copies.length, 'version')} stand${followed.copies.length === 1 ? 's' : ''} beside it:` : ''}</p>
    ${followed.copies.map((copy) => html`<p><code>${copy}</code></p>`)}
    <ul class="plain-list choices" role="list">
      ${choice('mine', 'Keep mine', 'Yours stays. What stands beside it goes, and the next new version is put there.')}
      ${choice('theirs', 'Take theirs', 'The latest version takes its place. Yours is kept in .shoal-history.')}
      ${choice('both', 'Keep both', 'The latest version takes its place, and yours gets a name beside it.')}
    </ul></div>`;
}

function history(followed, details) {
  const known = details === null ? [] : details.versions;
  const numbers = [...new Set([...known.map((each) => each.version), ...followed.kept])].sort((a, b) => b - a);
  return numbers.length === 0 ? nothing : html`<h3>Versions</h3><ul class="plain-list versions" role="list">
    ${numbers.map((number) => {
    const each = known.find((version) => version.version === number);
    const isKept = followed.kept.includes(number);
    return html`<li><div><strong>Version ${number}</strong> ${number === followed.version
      ? html`<span class="badge good">here</span>` : nothing}
      ${each ? html`<span class="hint">${moment(each.publishedMillis)}</span>` : nothing}</div>
      ${each ? html`<div class="hint">${size(each.bytes)}${difference(each)}</div>` : nothing}
      ${each && each.note !== '' ? html`<p class="note">${each.note}</p>` : nothing}
      ${isKept ? html`<button class="small" ?disabled=${one.isBusy} @click=${() => restore(number)}>
        Bring version ${number} back</button>` : nothing}</li>`;
  })}</ul>`;
}

/** What a version costs who has the one before. */
function difference(version) {
  const { differenceBytes, changedBytes } = version;
  const sign = differenceBytes > 0 ? '+' : '−';
  const longer = differenceBytes ? ` (${sign}${size(Math.abs(differenceBytes))})` : '';
  return `${longer}${changedBytes === null || version.version === 1 ? '' : `, ${size(changedBytes)} of it new`}`;
}

function pane() {
  const { followed, details, error } = one;
  if (followed === null) {
    return { title: named(one.name), content: pending(error) };
  }
  return { title: named(followed.name), content: about(followed, details, error) };
}

function about(followed, details, error) {
  const isPaused = followed.state === 'paused';
  return html`
    <p class="lead">${followed.version === 0 ? '' : `Version ${followed.version}: `}${standing(followed)}</p>
    ${followed.trouble === null || isPaused ? nothing : html`<p class="problem">${icon('warning')}
      <span>${followed.trouble}</span></p>`}
    ${conflict(followed)}
    ${problem(one.acted)}${problem(error)}
    <div class="actions">
      <button ?disabled=${one.isBusy} @click=${() => act(() => pause(followed, isPaused),
    isPaused ? 'It goes on.' : 'It is paused.')}>${icon(isPaused ? 'resume' : 'pause')}
        ${isPaused ? 'Resume' : 'Pause'}</button>
      <button @click=${() => unsubscribe(followed)}>${icon('close')} Unsubscribe</button>
    </div>
    ${history(followed, details)}
    ${limitForm(limit, followed.name, () => look(one.name))}
    ${facts([['Where', html`<code>${followed.path}</code>`],
    ['In step since', followed.syncedMillis === 0 ? null : ago(followed.syncedMillis)],
    ['Was here already', `${size(followed.savedBytes)} of all versions`],
    ['Keeps', count(followed.keep, 'replaced version')], ['Limit', followed.limit]])}`;
}

export const synced = {
  title: 'Synced',
  picture: 'synced',

  start() {
    const changed = ({ name }) => {
      list.refresh();
      if (one.name !== '' && (name === undefined || name === one.name)) {
        look(one.name);
      }
    };
    ['updated', 'conflict'].forEach((name) => on(name, changed));
    on('sync', () => changed({}));
    every(AGAIN_MILLIS, () => place.view === 'synced' && changed({}));
  },

  open: look,

  render: () => split({
    view: 'synced',
    label: 'Followed names',
    list: html`<div class="bar"><form class="inline" @submit=${follow.send(async ({ target }) => {
      const done = await followDialog(target.trim(), false);
      if (done !== undefined) {
        follow.clear();
        list.refresh();
        go('synced', done.name);
      }
    })}>${follow.text('target', 'Follow a name or a link', { isNeeded: true, placeholder: 'lab/model.bin' })}
      <button class="main">Follow…</button></form></div>${list.render()}`,
    pane: place.part === '' ? null : pane(),
  }),
};
