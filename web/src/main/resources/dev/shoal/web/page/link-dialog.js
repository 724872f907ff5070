// The dialog with the download links to one share: for people who have no Shoal. Owns what is chosen for the next one,
// and the links that there are, as long as it is open.

import { html, nothing, repeat, draw } from './dom.js';
import { get, post, remove } from './api.js';
import { openDialog } from './dialogs.js';
import { on } from './events.js';
import { count, moment, size } from './format.js';
import { announce, copyField, Form, pending, problem } from './parts.js';

const HOUR_MILLIS = 3_600_000;

const SPANS = [[HOUR_MILLIS, 'an hour'], [24 * HOUR_MILLIS, 'a day'], [7 * 24 * HOUR_MILLIS, 'a week'],
  [30 * 24 * HOUR_MILLIS, '30 days']];

const FIRST = { forMillis: String(24 * HOUR_MILLIS), times: '', privateToo: false };

class Linking {
  constructor(task) {
    this.task = task;
    this.form = new Form({ ...FIRST }, 'link');
    this.links = null;
    this.error = null;
  }

  async look() {
    try {
      this.links = (await get('/links', { share: this.task.id })).items;
      this.error = null;
    } catch (e) {
      this.error = e;
    }
    draw();
  }

  async make() {
    const { forMillis, times, privateToo } = this.form.values;
    const wanted = times.trim() === '' ? 0 : Number(times);
    if (!Number.isInteger(wanted) || wanted < 0) {
      throw new Error('Downloads are a whole number, or nothing for any number.');
    }
    const link = await post('/links', { share: this.task.id, forMillis: Number(forMillis), times: wanted, privateToo });
    this.links = [link, ...(this.links ?? [])];
    announce('The link is made.');
  }

  async end(link) {
    try {
      await remove(`/links/${link.id}`);
      announce('The link has ended.');
    } catch (e) {
      this.error = e;
    }
    await this.look();
  }

  choice() {
    const { form } = this;
    return html`<div class="field">
      <label for="link-for">Good for</label>
      <select id="link-for" @change=${form.input('forMillis')}>${SPANS.map(([millis, text]) => html`
        <option value=${millis} ?selected=${form.values.forMillis === String(millis)}>${text}</option>`)}</select>
    </div>`;
  }

  whom() {
    return this.task.access === 'public' ? nothing : html`
      <p class="problem"><span>It is shared with some people alone. Whoever has the link, or is given it by somebody,
        gets it as well, and every later version.</span></p>
      ${this.form.check('privateToo', 'That is meant: give it to whoever has the link')}`;
  }

  /** What the browser of the other one says, which looks like an attack to who was not told. */
  warning() {
    const link = this.links.find((each) => each.fingerprint !== null);
    return link === undefined ? nothing : html`<h3>What the other browser says</h3>
      <p>That the connection is not private, or the certificate not valid: this peer has signed it itself. To go on is
        under “Advanced”. Who wants to be sure compares the SHA-256 fingerprint of the certificate:</p>
      <p><code class="fingerprint">${link.fingerprint}</code></p>`;
  }

  one(link) {
    const downloads = link.times === 0 ? count(link.used, 'download')
      : `${link.used} of ${count(link.times, 'download')}`;
    return html`<li>
      ${link.url === null ? nothing : copyField(link.url, `Download link ${link.id}`)}
      <div class="web-link-foot">
        <span class="hint">Until ${moment(link.untilMillis)}; ${downloads}, ${size(link.sentBytes)} sent</span>
        <button type="button" @click=${() => this.end(link)}>End it
          <span class="unseen">: link ${link.id}</span></button>
      </div>
      ${link.trouble === null ? nothing : problem({ message: link.trouble })}
    </li>`;
  }

  body(close) {
    const { form, links, error } = this;
    return html`<p class="lead">Whoever has such a link downloads it with a browser, always the newest version, as long
        as this peer is up and can be reached.</p>
      <form @submit=${form.send(() => this.make())}>
        ${this.choice()}
        ${form.text('times', 'Downloads', {
    placeholder: 'any number',
    hint: 'How often it may be had. A program that looks at links before people do counts, too.',
  })}
        ${this.whom()}
        ${problem(form.error)}
        <div class="actions">
          <button class="main" ?disabled=${form.isBusy}>Make a link</button>
          <button type="button" @click=${() => close(undefined)}>Done</button>
        </div>
      </form>
      ${links === null || error !== null ? pending(error) : nothing}
      ${links === null || links.length === 0 ? nothing : html`<h3>Links to it</h3>
        <ul class="web-links">${repeat(links, (link) => link.id, (link) => this.one(link))}</ul>
        ${this.warning()}`}`;
  }
}

/** Shows the links to a share, makes more of them and ends some. */
export async function linkDialog(task) {
  const linking = new Linking(task);
  const deaf = on('webLinkUsed', (use) => use.name === task.name && linking.look());
  linking.look();
  await openDialog('Link for somebody without Shoal', (close) => linking.body(close), { wide: true });
  deaf();
}
