// A list, and what is opened of it beside it; on a narrow screen in its place. Owns how the focus goes in and out.

import { html, nothing, focusOn } from '../dom.js';
import { href, place, onPlace } from '../router.js';
import { icon } from '../icons.js';

/** `pane` is what is opened, as its heading and the rest; null when nothing is. */
export function split({ view, list, pane, label }) {
  const isOpen = pane !== null;
  return html`<div class=${`split ${isOpen ? 'is-open' : ''}`}>
    <section class="split-list" aria-label=${label}>${list}</section>
    ${isOpen ? html`<section class="pane" aria-label="Details">
      <a class="close" href=${href(view)} aria-label="Close the details">${icon('close')}</a>
      <h2 class="pane-title" tabindex="-1">${pane.title}</h2>
      ${pane.content}
    </section>` : nothing}
  </div>`;
}

/** A row's link. */
export function rowLink(view, part, content) {
  const isHere = place.view === view && place.part === part;
  return html`<a class="row-link" href=${href(view, part)} aria-current=${isHere ? 'true' : nothing}>${content}</a>`;
}

/** Whoever opens something is taken there, and back to its row afterwards. */
export function start() {
  onPlace((before) => {
    if (place.view === before.view && place.part !== '' && place.part !== before.part) {
      focusOn('.pane-title');
    } else if (place.view === before.view && place.part === '' && before.part !== '') {
      focusOn(`.row-link[href="${CSS.escape(href(before.view, before.part))}"]`, 'main h1');
    }
  });
  addEventListener('keydown', (event) => {
    const isTyping = event.target.closest?.('dialog, input, textarea, select');
    if (event.key === 'Escape' && place.part !== '' && !isTyping) {
      location.hash = href(place.view);
    }
  });
}
