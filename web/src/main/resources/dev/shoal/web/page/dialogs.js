// Dialogs, one upon the other. Owns which are open; the browser keeps the focus inside and gives it back afterwards.

import { html, nothing, repeat, used, draw } from './dom.js';
import { icon } from './icons.js';

/** What has the focus at first: what is typed into, and not what closes it. */
const FIRST = '.dialog-body :is(input, textarea):not([type=radio], [type=checkbox], [type=file])';

const open = [];
let last = 0;

/** Opens one. `body(close)` is what stands in it; what `close` is called with is what comes of the promise. */
export function openDialog(title, body, { wide = false } = {}) {
  return new Promise((resolve) => {
    const dialog = { id: ++last, title, body, wide, element: null };
    dialog.end = (value) => {
      const at = open.indexOf(dialog);
      if (at >= 0) {
        open.splice(at, 1);
        // Closed before it goes: so the focus returns to where it was.
        dialog.element?.close();
        resolve(value);
        draw();
      }
    };
    open.push(dialog);
    draw();
  });
}

/** Asks before something that cannot be taken back. */
export function confirm(title, text, yes, { isSafe = false } = {}) {
  return openDialog(title, (close) => html`
    <p>${text}</p>
    <div class="actions">
      <button type="button" class=${isSafe ? 'main' : 'danger'} @click=${() => close(true)}>${yes}</button>
      <button type="button" @click=${() => close(false)}>Leave it</button>
    </div>`);
}

function seen(dialog, element) {
  dialog.element = element;
  if (!element.open && open.includes(dialog)) {
    queueMicrotask(() => {
      if (element.isConnected && !element.open) {
        element.showModal();
        element.querySelector(FIRST)?.focus();
      }
    });
  }
}

function cancelled(dialog, event) {
  event.stopPropagation();
  // Of a file field inside, whose own choice was cancelled, this is heard as well.
  if (event.target === event.currentTarget) {
    event.preventDefault();
    dialog.end(undefined);
  }
}

export function dialogs() {
  return repeat(open, (dialog) => dialog.id, (dialog) => html`
    <dialog class=${dialog.wide ? 'wide' : nothing} aria-labelledby=${`dialog-${dialog.id}`}
      ${used((element) => seen(dialog, element))}
      @cancel=${(event) => cancelled(dialog, event)} @close=${() => dialog.end(undefined)}>
      <header>
        <h2 id=${`dialog-${dialog.id}`}>${dialog.title}</h2>
        <button type="button" class="plain" aria-label="Close" @click=${() => dialog.end(undefined)}>
          ${icon('close')}</button>
      </header>
      <div class="dialog-body">${dialog.body(dialog.end)}</div>
    </dialog>`);
}
