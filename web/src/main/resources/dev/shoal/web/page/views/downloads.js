// Downloads: the list as it moves, and one of them with its map, its sources and what can be done. Owns both.

import { html, nothing, draw, heldFocus } from '../dom.js';
import { get, post, remove } from '../api.js';
import { every, on } from '../events.js';
import { chunkMap, colourOf, swatch } from '../chunk-map.js';
import { confirm } from '../dialogs.js';
import { icon } from '../icons.js';
import { ago, count, leaf, percent, rate, seconds, short, size } from '../format.js';
import { go, place } from '../router.js';
import { copyField, empty, facts, Form, lock, named, pending, problem, progress, searchField } from '../parts.js';
import { Windowed } from '../windowed.js';
import { rowLink, split } from './split.js';

const DETAIL_MILLIS = 1_000;
/** The peer itself looks, which takes less than the time between two keys; an answer that is late is given up. */
const TYPE_MILLIS = 20;

const one = { id: '', detail: null, error: null, acted: null };
const asked = { text: '' };
let typing = 0;

const limit = new Form({ limit: '' }, 'limit');

/** How a download stands, in a few words. */
export function standing(task) {
  if (task.paused) {
    return `paused ${task.paused}`;
  }
  if (task.state === 'downloading') {
    const left = task.remainingSeconds < 0 ? '' : `, ${seconds(task.remainingSeconds)} left`;
    return `${rate(task.rateBytesPerSecond)}${left}`;
  }
  return { sharing: 'done, and shared', done: 'done' }[task.state] ?? task.state;
}

const TONES = { failed: 'bad', changed: 'bad', waiting: 'warn', sharing: 'good', done: 'good' };

const tone = (task) => TONES[task.state] ?? '';

const OVER = ['sharing', 'done', 'changed'];

/** A limit holds for what is served, and for what is not here yet, whether it goes on by itself or not. */
const LIMITED = ['sharing', 'starting', 'downloading', 'waiting', 'queued', 'paused', 'failed'];

const list = new Windowed({
  label: 'Downloads',
  key: (task) => task.id,
  load: (offset, most, signal) => get('/downloads', { text: asked.text.trim(), offset, limit: most }, signal),
  row: (task) => rowLink('downloads', String(task.id), html`
    <span class="row-icon">${icon('downloads')}</span>
    <span class="row-main">${named(leaf(task.name) === '' ? task.path : task.name)} ${lock(task.access)}</span>
    <span class="row-side">${task.bytes === 0 ? nothing
    : `${percent(task.doneBytes, task.bytes)} % of ${size(task.bytes)}`}</span>
    <span class="row-note">${progress(task.doneBytes, task.bytes, `How much of ${task.name} is here`)}</span>
    <span class=${`row-state ${tone(task)}`}>${standing(task)}</span>`),
  empty: () => (asked.text.trim() === ''
    ? empty('downloads', 'Nothing is downloaded', 'What you get is listed here, and goes on after a restart.',
      html`<a class="button main" href="#/find">Find something</a>`)
    : empty('downloads', 'Nothing matches', 'Names and paths are looked through.')),
});

function typed(event) {
  asked.text = event.target.value;
  clearTimeout(typing);
  typing = setTimeout(() => list.reset(), TYPE_MILLIS);
}

async function look() {
  const { id } = one;
  if (id === '') {
    return;
  }
  try {
    const found = await get(`/downloads/${id}/detail`);
    if (one.id === id) {
      Object.assign(one, { detail: found, error: null });
      list.patch(found.task);
    }
  } catch (e) {
    if (one.id === id) {
      one.error = e;
    }
  }
  draw();
}

async function act(path) {
  const back = heldFocus('.pane-title');
  one.acted = null;
  try {
    await post(`/downloads/${one.id}/${path}`);
  } catch (e) {
    one.acted = e;
  }
  await look();
  back();
}

async function stop(task) {
  const isOver = OVER.includes(task.state);
  const yes = isOver ? 'Take it off the list' : 'Stop the download';
  const text = isOver ? `${task.path} stays. It is not served from here any more.`
    : 'What has come of it stays on the disk, so that the same download goes on from there.';
  if (await confirm(`${yes}?`, text, yes)) {
    try {
      await remove(`/downloads/${task.id}`);
      go('downloads');
    } catch (e) {
      one.acted = e;
    }
    draw();
  }
}

const sourceWords = { sending: 'sends', waiting: 'is asked', idle: 'idle', dropped: 'dropped' };

/** Who it comes from; of one that has ended, whom it came from. */
function sources({ task, sources: all }) {
  const isOver = OVER.includes(task.state);
  return all.length === 0 ? nothing : html`<table><caption>Sources</caption>
    <thead><tr><th scope="col">From</th><th scope="col">Rate</th><th scope="col">Received</th>
      <th scope="col">Has</th></tr></thead>
    <tbody>${all.map((source) => html`<tr class=${source.state}>
      <td>${swatch(colourOf(source.number))}<strong>${source.user ?? short(source.peer)}</strong>
        ${isOver && source.why === null ? nothing : html`<span class="hint">${sourceWords[source.state]}${source.why
  ? `: ${source.why}` : nothing}</span>`}</td>
      <td>${source.state === 'sending' && !isOver ? rate(source.rateBytesPerSecond) : '–'}</td>
      <td>${size(source.receivedBytes)}</td>
      <td>${Math.floor(source.completeness * 100)} %</td></tr>`)}</tbody></table>`;
}

/** How it goes on, or not. What is paused by a rule, or with everything, goes on from where that was said. */
function next(task) {
  if (task.paused && task.state !== 'paused') {
    return html`<a class="button" href="#/settings">See what pauses it</a>`;
  }
  const [path, text] = task.state === 'failed' ? ['resume', 'Try again']
    : task.state === 'paused' ? ['resume', 'Resume'] : ['pause', 'Pause'];
  return html`<button @click=${() => act(path)}>${icon(path)} ${text}</button>`;
}

function actions(task) {
  const isOver = OVER.includes(task.state);
  return html`<div class="actions">
    ${isOver ? nothing : next(task)}
    <button @click=${() => stop(task)}>${icon('close')} ${isOver ? 'Take off the list' : 'Stop'}</button></div>`;
}

/** A limit of what goes by a name. */
export function limitForm(form, name, also = () => null) {
  return html`<form class="inline" @submit=${form.send(async ({ limit: most }) => {
    await post('/limits/names', { name, limit: most.trim() === '' ? 'unlimited' : most.trim() });
    form.clear();
    also();
  })}>${form.text('limit', 'Limit', { placeholder: 'as 2MiB/s, 20Mbit/s or unlimited', isNeeded: true })}
    <button ?disabled=${form.isBusy}>Set</button></form>${problem(form.error)}`;
}

function pane() {
  const { detail, error } = one;
  if (detail === null) {
    return { title: 'Download', content: pending(error) };
  }
  const { task } = detail;
  const title = html`${named(task.name)} ${lock(task.access)}`;
  return { title, content: about(detail, error) };
}

function about(detail, error) {
  const { task, queue, cells } = detail;
  return html`
    <p class="lead">${standing(task)}</p>
    ${progress(task.doneBytes, task.bytes, 'How much is here')}
    <p class="hint">${task.bytes === 0 ? 'How large it is, is not known yet.'
    : `${size(task.doneBytes)} of ${size(task.bytes)}`}${task.sources > 0
  ? `, from ${count(task.sources, 'source')}` : ''}</p>
    ${task.trouble === null ? nothing : html`<p class="problem">${icon('warning')}<span>${task.trouble}</span></p>`}
    ${queue === null || task.paused ? nothing : html`<p class="remark">
      ${queue.place > 0 ? `Number ${queue.place} in the queue: ` : nothing}${queue.why}</p>`}
    ${actions(task)}
    ${problem(one.acted)}${problem(error)}
    ${cells.length === 0 ? nothing : chunkMap(detail)}
    ${sources(detail)}
    ${LIMITED.includes(task.state) ? limitForm(limit, task.name, look) : nothing}
    ${task.link === null ? nothing : html`<h3>Link to pass on</h3>${copyField(task.link, 'Link')}`}
    ${facts([['Where', html`<code>${task.path}</code>`], ['Begun', ago(task.sinceMillis)],
    ['Limit', task.limitBytesPerSecond < 0 ? null : rate(task.limitBytesPerSecond)],
    ['Sent to others', task.uploadedBytes === 0 ? null : size(task.uploadedBytes)]])}`;
}

export const downloads = {
  title: 'Downloads',
  picture: 'downloads',

  start() {
    on('task', (task) => {
      if (task.kind === 'download' && !list.patch(task)) {
        list.refresh();
      }
    });
    on('taskEnded', (ended) => ended.kind === 'download' && list.refresh());
    on('sync', () => { list.refresh(); look(); });
    every(DETAIL_MILLIS, () => place.view === 'downloads' && look());
  },

  open(part) {
    if (one.id !== part) {
      Object.assign(one, { id: part, detail: null, error: null, acted: null });
      limit.clear();
    }
    return look();
  },

  render: () => split({
    view: 'downloads',
    label: 'Downloads',
    list: html`<div class="bar">${searchField('Downloads that contain', asked.text, typed)}</div>${list.render()}`,
    pane: place.part === '' ? null : pane(),
  }),
};
