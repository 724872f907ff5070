// Find: what there is, as one types, and one name with its versions and sources. Owns the question and its answers.

import { html, nothing, draw } from '../dom.js';
import { get } from '../api.js';
import { every, on } from '../events.js';
import { followDialog, getDialog } from '../get-dialog.js';
import { icon } from '../icons.js';
import { ago, count, date, fileName, isLink, moment, short, size } from '../format.js';
import { go, place } from '../router.js';
import { announce, copyField, empty, facts, lock, named, pending, problem, searchField } from '../parts.js';
import { Windowed } from '../windowed.js';
import { rowLink, split } from './split.js';

const TYPE_MILLIS = 200;
const AGAIN_MILLIS = 10_000;

const CUT = 'An index tells of no more matches than these, and there may be more. Type more words to find fewer.';

const asked = { text: '', all: false, isCut: false };
const one = { name: '', details: null, error: null };
let typing = 0;

const list = new Windowed({
  label: 'Names',
  key: (item) => item.name,
  load: async (offset, limit, signal) => {
    const found = await get('/names', { text: asked.text.trim(), all: asked.all, offset, limit }, signal);
    const total = offset + found.items.length + (found.more ? limit : 0);
    if (found.cut && !asked.isCut) {
      announce(CUT);
    }
    // Only the end of the list knows whether it was cut.
    if (!found.more) {
      asked.isCut = found.cut;
    }
    if (offset === 0) {
      announce(found.more ? `More than ${found.items.length} names.` : count(total, 'name'));
    }
    return { items: found.items, total, isLeast: found.more };
  },
  row: (item) => rowLink('find', item.name, html`
    <span class="row-icon">${icon(item.folder ? 'folder' : 'file')}</span>
    <span class="row-main">${named(item.name)} ${lock(item.access)}</span>
    <span class="row-side">${size(item.bytes)}</span>
    <span class="row-note">version ${item.version}, ${ago(item.publishedMillis)}</span>
    <span class=${`row-state ${item.online ? 'good' : ''}`}>${available(item)}</span>`),
  empty: () => (asked.text.trim() === ''
    ? empty('find', asked.all ? 'The index knows no names yet' : 'Nobody shares anything just now',
      'What others share is listed here as soon as they do. If somebody gave you a link, paste it above.',
      html`<a class="button main" href="#/shares">Share something</a>`)
    : empty('find', 'Nothing matches', 'Names are found by words in them, also when a word is not whole.')),
});

function available(item) {
  if (!item.online) {
    return 'off-line';
  }
  const some = item.sources - item.seeds;
  return `${count(item.seeds, 'source')}${some > 0 ? ` and ${some} with a part` : ''}`;
}

function typed(event) {
  asked.text = event.target.value;
  draw();
  if (isLink(asked.text)) {
    return;
  }
  clearTimeout(typing);
  typing = setTimeout(ask, TYPE_MILLIS);
}

/** Another question. */
function ask() {
  asked.isCut = false;
  list.reset();
}

function choose(all) {
  asked.all = all;
  ask();
}

async function look(name) {
  if (one.name !== name) {
    Object.assign(one, { name, details: null, error: null });
  }
  if (name === '') {
    return;
  }
  try {
    const details = await get('/names/details', { name });
    if (one.name === name) {
      Object.assign(one, { details, error: null });
    }
  } catch (e) {
    if (one.name === name) {
      one.error = e;
    }
  }
  draw();
}

async function begin(target, isFolder) {
  const task = await getDialog(target, isFolder);
  if (task !== undefined) {
    go('downloads', String(task.id));
  }
}

async function follow(target, isFolder) {
  const followed = await followDialog(target, isFolder);
  if (followed !== undefined) {
    go('synced', followed.name);
  }
}

const getButtons = (target, isFolder) => html`<div class="actions">
  <button class="main" @click=${() => begin(target, isFolder)}>${icon('downloads')} Get</button>
  <button @click=${() => follow(target, isFolder)}>${icon('synced')} Follow</button></div>`;

function versions(details) {
  return html`<h3>Versions</h3><ul class="plain-list versions" role="list">
    ${[...details.versions].sort((a, b) => b.version - a.version).map((each) => html`<li>
      <div><strong>Version ${each.version}</strong> <span class="hint">${moment(each.publishedMillis)}</span></div>
      <div class="hint">${size(each.bytes)}${each.changedBytes === null || each.version === 1 ? nothing
  : `, ${size(each.changedBytes)} of it new`}, ${count(each.sources, 'source')}</div>
      ${each.note === '' ? nothing : html`<p class="note">${each.note}</p>`}
      ${each.version !== details.latest && each.sources > 0 ? html`<button class="small"
        @click=${() => begin(`${details.name}@${each.version}`, details.folder)}>Get version ${each.version}</button>`
    : nothing}
    </li>`)}</ul>`;
}

function sources(details) {
  return details.sourceList.length === 0 ? html`<p class="hint">Nobody who has it is on-line.</p>` : html`
    <table><caption>Sources</caption>
      <thead><tr><th scope="col">Peer</th><th scope="col">Has</th><th scope="col">Busy with</th></tr></thead>
      <tbody>${details.sourceList.map((source) => html`<tr>
        <td><code title=${source.peer}>${short(source.peer)}</code>
          <span class="hint">${source.endpoints[0]}</span></td>
        <td><progress max="100" .value=${source.percent} aria-label=${`Has ${source.percent} %`}></progress>
          ${source.percent} %</td>
        <td>${count(source.load, 'upload')}</td></tr>`)}</tbody></table>`;
}

function pane() {
  const { details, error } = one;
  if (details === null) {
    return { title: named(one.name), content: pending(error, 'Asks the index…') };
  }
  const title = html`${named(details.name)} ${lock(details.access)}`;
  return { title, content: about(details, error) };
}

const about = (details, error) => html`
    <p class="lead">${size(details.bytes)}${details.folder ? ', a folder' : ''}, version ${details.version}
      of ${date(details.publishedMillis)}</p>
    ${details.note === '' ? nothing : html`<p class="note">${details.note}</p>`}
    ${getButtons(details.name, details.folder)}
    ${problem(error)}
    <h3>Link to pass on</h3>
    ${copyField(details.link, 'Link')}
    ${sources(details)}
    ${versions(details)}
    ${facts([
    ['Owner', html`<code title=${details.owner}>${short(details.owner)}</code>`],
    ['Content', html`<code title=${details.content}>${short(details.content)}</code>`],
    ['Chunks', `${count(details.chunks, 'chunk')} of ${size(details.chunkBytes)}`],
    ['Readers', details.readers === null ? null : details.readers.join(', ') || 'you alone'],
  ])}`;

function linkCard() {
  const target = asked.text.trim();
  return html`<div class="card"><h2>A link to ${fileName(target)}</h2>
    <p>Whoever made it signed what comes: it is checked against that.</p>${getButtons(target, false)}</div>`;
}

export const find = {
  title: 'Find',
  picture: 'find',

  start() {
    on('sync', () => { list.refresh(); look(one.name); });
    every(AGAIN_MILLIS, () => {
      if (place.view === 'find') {
        list.refresh();
        look(one.name);
      }
    });
  },

  open: (part) => look(part),

  render: () => split({
    view: 'find',
    label: 'What there is',
    list: html`
      <div class="bar">
        ${searchField('Find names, or paste a link', asked.text, typed)}
        ${asked.text.trim() === '' ? html`<div class="toggle" role="group" aria-label="Which names">
          <button aria-pressed=${!asked.all} @click=${() => choose(false)}>On-line</button>
          <button aria-pressed=${asked.all} @click=${() => choose(true)}>All known</button></div>` : nothing}
      </div>
      ${asked.isCut && !isLink(asked.text) ? html`<p class="remark">${CUT}</p>` : nothing}
      ${isLink(asked.text) ? linkCard() : list.render()}`,
    pane: place.part === '' ? null : pane(),
  }),
};
