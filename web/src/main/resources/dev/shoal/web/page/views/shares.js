// Shares: what this peer has for others, what is dropped to become one, and one of them with its link. Owns these.

import { html, nothing, draw } from '../dom.js';
import { get, remove } from '../api.js';
import { on } from '../events.js';
import { confirm } from '../dialogs.js';
import { icon } from '../icons.js';
import { ago, limit as limitText, size } from '../format.js';
import { go, place } from '../router.js';
import { announce, copyField, empty, facts, Form, lock, named, pending, problem, searchField } from '../parts.js';
import { linkDialog } from '../link-dialog.js';
import { shareDialog } from '../share-dialog.js';
import { dropped } from '../upload.js';
import { Windowed } from '../windowed.js';
import { limitForm } from './downloads.js';
import { rowLink, split } from './split.js';

/** The peer itself looks, which takes less than the time between two keys; an answer that is late is given up. */
const TYPE_MILLIS = 20;

const asked = { text: '' };
const one = { id: '', task: null, details: null, error: null, acted: null };
const limit = new Form({ limit: '' }, 'share-limit');
let typing = 0;
let isOver = false;
let dropError = null;

const standing = (task) => (task.state === 'sharing' && task.watched ? 'watched' : task.state);

const tone = (task) => ({ failed: 'bad', changed: 'bad', sharing: 'good' }[task.state] ?? '');

const list = new Windowed({
  label: 'Shares',
  key: (task) => task.id,
  load: (offset, most, signal) => get('/shares', { text: asked.text.trim(), offset, limit: most }, signal),
  row: (task) => rowLink('shares', String(task.id), html`
    <span class="row-icon">${icon('shares')}</span>
    <span class="row-main">${named(task.name)} ${lock(task.access)}</span>
    <span class="row-side">${size(task.bytes)}</span>
    <span class="row-note">${task.uploadedBytes === 0 ? 'not sent yet' : `${size(task.uploadedBytes)} sent`}</span>
    <span class=${`row-state ${tone(task)}`}>${standing(task)}</span>`),
  empty: () => (asked.text.trim() === ''
    ? empty('shares', 'You share nothing yet', 'Drop files anywhere on this page, or choose one.',
      html`<button class="main" @click=${() => share()}>Share a file or a folder</button>`)
    : empty('shares', 'Nothing matches', 'Names and paths are looked through.')),
});

async function look(part) {
  if (one.id !== part) {
    Object.assign(one, { id: part, task: null, details: null, error: null, acted: null });
    limit.clear();
  }
  if (part === '') {
    return;
  }
  try {
    one.task = await get(`/shares/${part}`);
    one.error = null;
  } catch (e) {
    one.error = e;
  }
  draw();
  if (one.task !== null) {
    one.details = await get('/names/details', { name: one.task.name }).catch(() => null);
    draw();
  }
}

async function share(files) {
  dropError = null;
  const task = await shareDialog(files);
  if (task !== undefined) {
    announce(`${task.name} is shared.`);
    list.refresh();
    go('shares', String(task.id));
  }
}

async function end(task, deregister) {
  const asks = deregister
    ? [`Take ${task.name} away?`, 'The index forgets the name: nobody finds it any more. Your file stays.',
      'Take it away']
    : ['End this share?', 'It is not served from here any more. The file stays, and so does its name in the index.',
      'End the share'];
  if (!await confirm(...asks)) {
    return;
  }
  try {
    if (deregister) {
      await remove('/names', { name: task.name });
    }
    // Taking a name away may have ended it as well.
    await remove(`/shares/${task.id}`).catch((e) => {
      if (e.status !== 404) {
        throw e;
      }
    });
    announce(deregister ? `${task.name} is taken away.` : `${task.name} is not shared any more.`);
    list.refresh();
    go('shares');
  } catch (e) {
    one.acted = e;
  }
  draw();
}

function pane() {
  const { task, details, error } = one;
  if (task === null) {
    return { title: 'Share', content: pending(error) };
  }
  const title = html`${named(task.name)} ${lock(task.access)}`;
  return { title, content: about(task, details, error) };
}

// What comes a moment later stands below the buttons: they must not move away from under a finger.
const about = (task, details, error) => html`
    <p class="lead">${standing(task)}, ${size(task.bytes)}${details === null ? '' : `, version ${details.version}`}</p>
    ${task.trouble === null ? nothing : html`<p class="problem">${icon('warning')}<span>${task.trouble}</span></p>`}
    ${task.link === null ? nothing : html`<h3>Link to pass on</h3>${copyField(task.link, 'Link')}
      <p class="hint">Whoever has Shoal gets it by this link, from all who have it.</p>`}
    <div class="actions">
      <button ?disabled=${task.state !== 'sharing'} @click=${() => linkDialog(task)}>${icon('file')}
        Link for somebody without Shoal…</button>
      <button @click=${() => end(task, false)}>${icon('close')} End the share</button>
      <button class="danger" @click=${() => end(task, true)}>Take the name away</button>
    </div>
    ${problem(one.acted)}${problem(error)}
    ${details === null || details.note === '' ? nothing : html`<p class="note">${details.note}</p>`}
    ${limitForm(limit, task.name, () => look(one.id))}
    ${facts([['File', html`<code>${task.path}</code>`], ['Shared', ago(task.sinceMillis)],
    ['Sent', size(task.uploadedBytes)],
    ['Limit', limitText(task.limitBytesPerSecond)],
    ['Who may get it', task.access === 'public' ? 'everybody' : details?.readers?.join(', ') || 'you alone'],
    ['Watched', task.watched ? 'yes: a new version is published whenever it has been saved' : 'no']])}`;

function typed(event) {
  asked.text = event.target.value;
  clearTimeout(typing);
  typing = setTimeout(() => list.reset(), TYPE_MILLIS);
}

function bar() {
  return html`<div class="bar">
    ${searchField('Shares that contain', asked.text, typed)}
    <button class="main" @click=${() => share()}>${icon('plus')} Share…</button>
  </div>`;
}

/** Files may be dropped wherever one is; never does the browser open them in place of the page. */
function takeDrops() {
  addEventListener('dragover', (event) => {
    const takes = event.dataTransfer.types.includes('Files');
    if (!takes && event.target.closest?.('input, textarea')) {
      return;
    }
    event.preventDefault();
    event.dataTransfer.dropEffect = takes ? 'copy' : 'none';
    if (takes && !isOver) {
      isOver = true;
      draw();
    }
  });
  addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) {
      isOver = false;
      draw();
    }
  });
  addEventListener('drop', async (event) => {
    if (!event.dataTransfer.types.includes('Files')) {
      return;
    }
    event.preventDefault();
    isOver = false;
    draw();
    try {
      const files = await dropped(event.dataTransfer);
      if (files.length === 0) {
        throw new Error('There is nothing to share in it: the folder is empty. Drop files, or a folder that has some.');
      }
      go('shares');
      await share(files);
    } catch (e) {
      dropError = e;
      go('shares');
      draw();
    }
  });
}

/** What is seen while files are held over the page. */
export const dropHere = () => (isOver ? html`<div class="drop-here" aria-hidden="true">${icon('shares')}
  <p>Drop it to share it</p></div>` : nothing);

export const shares = {
  title: 'Shares',
  picture: 'shares',

  start() {
    takeDrops();
    on('task', (task) => {
      if (task.kind === 'share') {
        if (!list.patch(task)) {
          list.refresh();
        }
        if (String(task.id) === one.id) {
          one.task = task;
          draw();
        }
      }
    });
    on('taskEnded', (ended) => ended.kind === 'share' && list.refresh());
    on('sync', () => { list.refresh(); look(one.id); });
  },

  open: look,

  render: () => split({
    view: 'shares',
    label: 'Shares',
    list: html`${bar()}${problem(dropError)}${list.render()}`,
    pane: place.part === '' ? null : pane(),
  }),
};
