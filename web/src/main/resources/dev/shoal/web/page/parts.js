// Small parts that several views have: what went wrong, links to copy, bars, forms that wait. Own nothing but what was
// said last in the live region.

import { html, nothing, draw, heldFocus } from './dom.js';
import { icon } from './icons.js';
import { percent, parts } from './format.js';

let announced = '';

/** Says something to who hears the page instead of seeing it. */
export function announce(text) {
  announced = text;
  draw();
}

export const announcements = () => html`<p class="unseen" role="status" aria-live="polite">${announced}</p>`;

/** What was in the way, in the peer's own sentence. */
export const problem = (error) => (error
  ? html`<p class="problem" role="alert">${icon('warning')}<span>${error.message}</span></p>` : nothing);

/** What stands where something is not known yet: that it is waited for, or why it does not come. */
export const pending = (error, text = 'A moment…') => (error ? problem(error) : html`<p class="hint">${text}</p>`);

/** A field that narrows a list down. */
export const searchField = (label, value, typed) => html`<label class="search">${icon('find')}
  <span class="unseen">${label}</span><input type="search" placeholder=${label} .value=${value} spellcheck="false"
    autocomplete="off" @input=${typed}></label>`;

export const badge = (text, kind = '') => html`<span class=${`badge ${kind}`}>${text}</span>`;

export const lock = (access) => (access === 'private'
  ? html`<span class="lock" title="Only some people may get it">${icon('lock')}
    <span class="unseen">private</span></span>`
  : nothing);

/** A name, with who it belongs to less loud. */
export function named(name) {
  const { owner, rest } = parts(name);
  return html`<span class="name">${owner === '' ? nothing : html`<span class="owner">${owner}/</span>`}${rest}</span>`;
}

export function progress(done, all, label) {
  return html`<progress max="100" .value=${percent(done, all)} aria-label=${label}></progress>`;
}

/** Nothing is here yet: what it would be, and how it comes here. */
export const empty = (picture, title, text, action = nothing) => html`
  <div class="empty">${icon(picture)}<h2>${title}</h2><p>${text}</p>${action}</div>`;

/** Puts a text where others take it from. */
export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    announce(`${what} copied.`);
    return true;
  } catch {
    announce(`${what} could not be copied: select it and copy it by hand.`);
    return false;
  }
}

const copied = new Map();

/** A text to pass on, and a button that copies it. */
export function copyField(text, what) {
  const done = async () => {
    const isCopied = await copy(text, what);
    clearTimeout(copied.get(text));
    copied.set(text, setTimeout(() => { copied.delete(text); draw(); }, 2_000));
    if (!isCopied) {
      copied.delete(text);
    }
    draw();
  };
  return html`<div class="copy">
    <input readonly .value=${text} aria-label=${what} @focus=${(event) => event.target.select()}>
    <button type="button" @click=${done}>${icon(copied.has(text) ? 'check' : 'copy')}
      ${copied.has(text) ? 'Copied' : 'Copy'}<span class="unseen"> ${what}</span></button>
  </div>`;
}

/** Pairs of what something is and how it is. */
export const facts = (pairs) => html`<dl class="facts">${pairs.filter(([, value]) => value !== null && value !== '')
  .map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}</dl>`;

/** What is typed into a form, and what came of sending it. */
export class Form {
  constructor(values, prefix = 'field') {
    this.prefix = prefix;
    this.first = values;
    this.clear();
  }

  clear() {
    this.values = { ...this.first };
    this.error = null;
    this.isBusy = false;
  }

  /** Binds an input: its value, and what is typed. */
  input(name) {
    return (event) => {
      const { type, checked, value } = event.target;
      this.values[name] = type === 'checkbox' ? checked : value;
      draw();
    };
  }

  /** Sends it; one thing at a time. */
  send(act) {
    return async (event) => {
      event?.preventDefault();
      if (this.isBusy) {
        return;
      }
      const back = heldFocus();
      this.isBusy = true;
      this.error = null;
      draw();
      try {
        await act(this.values);
      } catch (e) {
        this.error = e;
      }
      this.isBusy = false;
      back();
    };
  }

  text(name, label, { hint, type = 'text', placeholder = '', auto = 'off', isNeeded = false, extra = nothing } = {}) {
    const id = `${this.prefix}-${name}`;
    return html`<div class="field">
      <label for=${id}>${label}</label>
      <div class="with-button"><input id=${id} type=${type} .value=${this.values[name] ?? ''} placeholder=${placeholder}
        autocomplete=${auto} ?required=${isNeeded} aria-describedby=${hint ? `${id}-hint` : nothing}
        spellcheck="false" @input=${this.input(name)}>${extra}</div>
      ${hint ? html`<p class="hint" id=${`${id}-hint`}>${hint}</p>` : nothing}
    </div>`;
  }

  check(name, label, hint) {
    return html`<div class="field check">
      <label><input type="checkbox" .checked=${this.values[name]} @change=${this.input(name)}> ${label}</label>
      ${hint ? html`<p class="hint">${hint}</p>` : nothing}
    </div>`;
  }
}
