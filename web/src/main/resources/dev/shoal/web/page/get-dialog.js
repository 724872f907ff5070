// The dialogs that download a name once, or follow it from now on. Own what is typed until the peer has taken it.

import { html, nothing, draw } from './dom.js';
import { get, post, said } from './api.js';
import { chooseButton, lastFolder, rememberFolder } from './chooser.js';
import { openDialog } from './dialogs.js';
import { fileName, inFolder } from './format.js';
import { Form, problem } from './parts.js';

const lines = (text) => text.split('\n').map((line) => line.trim()).filter((line) => line !== '');

class Getting {
  constructor(target, { isFolder, isFollowed }) {
    this.target = target;
    this.isFolder = isFolder;
    this.isFollowed = isFollowed;
    this.form = new Form({
      folder: lastFolder(), like: '', limit: '', seedFor: '', seedRatio: '', keep: '', include: '', exclude: '',
    }, 'get');
    this.home();
  }

  /** Where downloads go when nothing was chosen yet. */
  async home() {
    if (this.form.values.folder === '') {
      const home = await get('/files', { limit: 1 }).catch(() => null);
      if (home !== null && this.form.values.folder === '') {
        this.form.values.folder = home.path;
        draw();
      }
    }
  }

  async send(close) {
    const { folder, like, limit, seedFor, seedRatio, keep, include, exclude } = this.form.values;
    const wish = said({ target: this.target, limit: limit.trim() });
    wish.path = inFolder(folder.trim(), fileName(this.target));
    if (this.isFolder) {
      wish.include = lines(include);
      wish.exclude = lines(exclude);
    }
    if (this.isFollowed) {
      if (keep !== '') {
        wish.keep = Number(keep);
      }
    } else {
      Object.assign(wish, said({ seedFor: seedFor.trim(), seedRatio: seedRatio.trim() }));
      if (like.trim() !== '') {
        wish.like = [like.trim()];
      }
    }
    const answer = await post(this.isFollowed ? '/subscriptions' : '/downloads', wish);
    rememberFolder(folder.trim());
    close(answer);
  }

  more() {
    const { form } = this;
    return html`<details>
      <summary>More choices</summary>
      ${this.isFollowed ? form.text('keep', 'Versions to keep', {
    type: 'number', placeholder: '1', hint: 'How many replaced versions can be brought back.',
  }) : form.text('like', 'Like a file that is here', {
    hint: 'Parts that are the same, as in an older version, are taken from it and not downloaded.',
    extra: chooseButton('File that may hold parts of it', 'file', () => form.values.folder,
      (path) => { form.values.like = path; }),
  })}
      ${form.text('limit', 'Limit', {
    placeholder: 'unlimited', hint: 'Most that comes a second, as 2MiB/s or 20Mbit/s.',
  })}
      ${this.isFollowed ? nothing : [form.text('seedFor', 'Share it for', {
    placeholder: 'as the settings say', hint: 'How long others get it here, as 12h, 7d or unlimited.',
  }), form.text('seedRatio', 'Share it so many times', {
    placeholder: 'as the settings say', hint: 'How often its own length is sent, as 1.5 or unlimited.',
  })]}
      ${this.isFolder ? [this.area('include', 'Only what matches'), this.area('exclude', 'All but what matches')]
    : nothing}
    </details>`;
  }

  area(name, label) {
    return html`<div class="field"><label for=${`get-${name}`}>${label}</label>
      <textarea id=${`get-${name}`} rows="2" placeholder="*.csv" .value=${this.form.values[name]}
        aria-describedby=${`get-${name}-hint`} @input=${this.form.input(name)}></textarea>
      <p class="hint" id=${`get-${name}-hint`}>Paths in the folder or patterns, one a line.</p></div>`;
  }

  body(close) {
    const { form } = this;
    return html`<form @submit=${form.send(() => this.send(close))}>
      <p class="lead">${this.isFollowed ? 'Every new version is here as soon as it is published. What you edit stays.'
    : 'It is fetched from everybody who has it, and checked. Nothing is overwritten.'}</p>
      ${form.text('folder', 'Put it in', {
    isNeeded: true,
    hint: 'Whole path of a folder.',
    extra: chooseButton('Folder to put it in', 'folder', () => form.values.folder,
      (path) => { form.values.folder = path; }),
  })}
      ${this.more()}
      ${problem(form.error)}
      <div class="actions">
        <button class="main" ?disabled=${form.isBusy}>${this.isFollowed ? 'Follow' : 'Get'}</button>
        <button type="button" @click=${() => close(undefined)}>Cancel</button>
      </div>
    </form>`;
  }
}

/** Downloads a name. Answers the new task; undefined for none. */
export function getDialog(target, isFolder) {
  const getting = new Getting(target, { isFolder, isFollowed: false });
  return openDialog(`Get ${fileName(target)}`, (close) => getting.body(close));
}

/** Follows a name. Answers what came of it; undefined for nothing. */
export function followDialog(target, isFolder) {
  const getting = new Getting(target, { isFolder, isFollowed: true });
  return openDialog(`Follow ${fileName(target)}`, (close) => getting.body(close));
}
