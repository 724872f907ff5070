// The dialog that shares something: dropped files, or a path of this machine. Owns what is typed until it stands.

import { html, nothing, draw } from './dom.js';
import { post, remove, said } from './api.js';
import { chooseButton } from './chooser.js';
import { openDialog } from './dialogs.js';
import { count, leaf, size } from './format.js';
import { Form, problem } from './parts.js';
import { bytesOf, picked, tops, upload } from './upload.js';

const FIRST = { path: '', name: '', note: '', access: 'before', readers: '', watch: false, limit: '' };

class Sharing {
  constructor(files) {
    this.files = files;
    this.form = new Form({ ...FIRST }, 'share');
    this.sent = 0;
    this.drop = null;
    this.abort = new AbortController();
  }

  wish() {
    const { path, name, note, access, readers, watch, limit } = this.form.values;
    const wish = said({ name: name.trim(), note: note.trim(), limit: limit.trim() });
    if (access !== 'before') {
      wish.access = access;
    }
    if (access === 'private') {
      wish.readers = readers.split(/[\s,]+/).filter((reader) => reader !== '');
    }
    if (this.files.length === 0) {
      wish.path = path.trim();
      wish.watch = watch;
    }
    return wish;
  }

  async send(close) {
    const wish = this.wish();
    const begunMillis = Date.now();
    if (this.files.length > 0) {
      await this.upload();
      wish.drop = this.drop;
    }
    let task;
    try {
      task = await post('/shares', wish);
      this.drop = null;
    } catch (e) {
      await this.failed(e);
      throw e;
    }
    if (!this.abort.signal.aborted) {
      close(task);
    } else if (task.sinceMillis >= begunMillis) {
      // Cancelled while the peer was reading. What was shared before stays.
      await remove(`/shares/${task.id}`).catch(() => null);
    }
  }

  /** Sends what was dropped; once, even if the peer then refuses its name and is asked again. */
  async upload() {
    if (this.drop === null) {
      this.sent = 0;
      this.drop = await upload(this.files, (bytes) => { this.sent = bytes; draw(); }, this.abort.signal);
    }
  }

  async failed(e) {
    // It may have waited too long: then it is sent again.
    if (this.abort.signal.aborted || e.reason === 'not-found') {
      await this.forget();
    }
  }

  /** Has the peer throw away what was sent and not shared. */
  async forget() {
    const { drop } = this;
    this.drop = null;
    if (drop !== null) {
      await remove(`/drops/${drop}`).catch(() => null);
    }
  }

  /** The dialog is closed. */
  end() {
    this.abort.abort();
    if (!this.form.isBusy) {
      this.forget();
    }
  }

  what() {
    const { files, form } = this;
    if (files.length === 0) {
      return [form.text('path', 'File or folder', {
        isNeeded: true,
        hint: 'Whole path, from the root on. It stays where it is, and is shared from there.',
        extra: chooseButton('File or folder to share', 'any', () => form.values.path,
          (path) => { form.values.path = path; }),
      }), html`<p class="hint">Or drop files anywhere on this page, or
        <label class="picker">pick them in the browser<input type="file" multiple class="unseen"
          @change=${(event) => { this.files = picked(event.target); draw(); }}></label>: the peer keeps a copy.</p>`];
    }
    const names = tops(files);
    return html`<div class="what"><strong>${names.length === 1 ? names[0] : count(names.length, 'file')}</strong>
      <span>${files.length > 1 ? `${count(files.length, 'file')}, ` : ''}${size(bytesOf(files))}</span>
      <p class="hint">The peer keeps a copy, in its folder of dropped files, and shares that.</p></div>`;
  }

  whom() {
    const { form } = this;
    const choice = (value, label) => html`<label><input type="radio" name="access" value=${value}
      .checked=${form.values.access === value} @change=${form.input('access')}> ${label}</label>`;
    return html`<fieldset>
      <legend>Who may get it</legend>
      ${choice('before', 'As the name was before; everybody, if it is new')}
      ${choice('public', 'Everybody')}
      ${choice('private', 'Some people alone')}
      ${form.values.access === 'private' ? form.text('readers', 'Accounts and groups', {
    placeholder: 'bob, @lab', hint: 'Besides you. Needs an account of yours at the index.',
  }) : nothing}
    </fieldset>`;
  }

  waiting() {
    const all = bytesOf(this.files);
    return html`<div class="waiting" role="status">${this.sent < all
      ? html`<progress max=${all} .value=${this.sent} aria-label="Copied to the peer"></progress>
        <span>${size(this.sent)} of ${size(all)}</span>`
      : html`<progress aria-label="Reading it"></progress><span>Reads it, and tells the index…</span>`}</div>`;
  }

  body(close) {
    const { form, files } = this;
    const isFolder = tops(files).length > 1;
    return html`<form @submit=${form.send(() => this.send(close))}>
      ${this.what()}
      ${form.text('name', isFolder ? 'Name of the folder that they become' : 'Name', {
    isNeeded: isFolder,
    placeholder: leaf(files.length > 0 ? tops(files)[0] : form.values.path),
    hint: isFolder ? nothing : 'What others find it by. Without one it is called as the file.',
  })}
      ${form.text('note', 'Note', { hint: 'What to say about this version, if anything.' })}
      ${this.whom()}
      ${files.length === 0 ? form.check('watch', 'Watch it',
    'A new version is published whenever it has been saved.') : nothing}
      ${form.text('limit', 'Limit', {
    placeholder: 'unlimited', hint: 'Most that is sent of it a second, as 2MiB/s or 20Mbit/s.',
  })}
      ${problem(form.error)}
      ${form.isBusy ? this.waiting() : nothing}
      <div class="actions">
        <button class="main" ?disabled=${form.isBusy}>Share</button>
        <button type="button" @click=${() => close(undefined)}>Cancel</button>
      </div>
    </form>`;
  }
}

/** Shares dropped files, or what is chosen in the dialog. Answers the new task; undefined for none. */
export async function shareDialog(files = []) {
  const sharing = new Sharing(files);
  const title = files.length > 0 ? 'Share what you dropped' : 'Share a file or a folder';
  const task = await openDialog(title, (close) => sharing.body(close));
  sharing.end();
  return task;
}
