// Chooses a path of this machine, as the peer sees its folders: a browser tells no page where a file is. Owns the
// dialog; what is done with the path is no matter here.

import { html, nothing, draw } from './dom.js';
import { get } from './api.js';
import { openDialog } from './dialogs.js';
import { icon } from './icons.js';
import { ago, size } from './format.js';
import { problem } from './parts.js';

const PAGE = 200;
const TYPE_MILLIS = 200;
const LAST = 'shoal-folder';

/** The folder that was chosen last. */
export const lastFolder = () => localStorage.getItem(LAST) ?? '';

export function rememberFolder(path) {
  localStorage.setItem(LAST, path);
}

class Looking {
  constructor(want) {
    this.want = want;
    this.path = '';
    this.text = '';
    this.found = null;
    this.error = null;
    this.asked = 0;
    this.isReady = false;
  }

  /** At a path, the folder that it is in, or the home: wherever there is one first. */
  async begin(from) {
    for (const path of [from, from.replace(/[/\\][^/\\]*$/, ''), '']) {
      await this.look(path);
      if (this.error === null) {
        break;
      }
    }
    this.isReady = true;
    draw();
  }

  async look(path, { text = '', more = false } = {}) {
    this.asked += 1;
    const { asked } = this;
    try {
      const offset = more ? this.found.items.length : 0;
      const found = await get('/files', { path: path === '' ? undefined : path, text, offset, limit: PAGE });
      if (asked !== this.asked) {
        return;
      }
      this.found = more ? { ...found, items: [...this.found.items, ...found.items] } : found;
      this.path = found.path;
      this.text = text;
      this.error = null;
    } catch (e) {
      this.error = e;
    }
    draw();
  }

  /** Whoever writes a path himself waits for none that was asked for before. */
  write(path) {
    this.path = path;
    this.asked += 1;
  }

  typed(event) {
    const { value } = event.target;
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.look(this.path, { text: value }), TYPE_MILLIS);
  }

  entry(item, close) {
    const isFile = !item.folder;
    const usable = item.folder || this.want !== 'folder';
    return html`<li>
      <button type="button" class="entry" ?disabled=${!usable}
        @click=${() => (isFile ? close(item.path) : this.look(item.path))}>
        ${icon(isFile ? 'file' : 'folder')}<span class="entry-name">${item.name}</span>
        <span class="entry-size">${isFile ? size(item.bytes) : nothing}</span>
        <span class="entry-time">${ago(item.modifiedMillis)}</span>
      </button>
      ${item.folder && this.want === 'any' ? html`<button type="button" @click=${() => close(item.path)}>
        Choose<span class="unseen"> ${item.name}</span></button>` : nothing}
    </li>`;
  }

  body(close) {
    const { found } = this;
    return html`
      <form class="with-button" @submit=${(event) => {
    event.preventDefault();
    this.look(event.target.elements.path.value);
  }}>
        <button type="button" aria-label="Folder above" ?disabled=${found?.parent == null}
          @click=${() => this.look(found.parent)}>${icon('back')}</button>
        <input name="path" aria-label="Folder" .value=${this.path} spellcheck="false" autocomplete="off"
          ?readonly=${!this.isReady} @input=${(event) => this.write(event.target.value)}>
        <button>Go</button>
      </form>
      <input type="search" class="filter" aria-label="Names that contain" placeholder="Names that contain…"
        .value=${this.text} @input=${(event) => this.typed(event)}>
      ${problem(this.error)}
      <ul class="entries" role="list" aria-label=${`In ${this.path}`}>
        ${found?.items.map((item) => this.entry(item, close))}
      </ul>
      ${found !== null && found.items.length === 0 ? html`<p class="hint">Nothing is here.</p>` : nothing}
      ${found !== null && found.items.length < found.total ? html`<button type="button"
        @click=${() => this.look(this.path, { text: this.text, more: true })}>
        Show more (${found.total - found.items.length})</button>` : nothing}
      ${this.want === 'file' ? nothing : html`<div class="actions">
        <button type="button" class="main" ?disabled=${found === null} @click=${() => close(found.path)}>
          Choose this folder</button></div>`}`;
  }
}

/** Lets somebody choose: a file, a folder, or any. Answers the path; undefined when nothing was chosen. */
export function choose(title, want, from = '') {
  const looking = new Looking(want);
  looking.begin(from);
  return openDialog(title, (close) => looking.body(close), { wide: true });
}

/** A button beside a field with a path. */
export function chooseButton(label, want, from, chosen) {
  return html`<button type="button" @click=${async () => {
    const path = await choose(label, want, from());
    if (path !== undefined) {
      chosen(path);
      draw();
    }
  }}>Choose…<span class="unseen"> ${label}</span></button>`;
}
