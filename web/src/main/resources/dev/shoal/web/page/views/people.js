// People: who is on-line at the index, as the index vouches for it. Owns the list.

import { html, nothing } from '../dom.js';
import { get } from '../api.js';
import { every, on } from '../events.js';
import { icon } from '../icons.js';
import { ago, count, short } from '../format.js';
import { place } from '../router.js';
import { badge, empty } from '../parts.js';
import { peer } from '../peer.js';
import { Windowed } from '../windowed.js';

const AGAIN_MILLIS = 5_000;

let all = null;

const isSelf = (user) => user.peer === peer.status?.peer.peer;

const list = new Windowed({
  label: 'People on-line',
  key: (user) => user.peer + user.instance,
  load: async (offset, most, signal) => {
    if (offset === 0 || all === null) {
      all = (await get('/users', {}, signal)).items;
    }
    return { items: all.slice(offset, offset + most), total: all.length };
  },
  row: (user) => html`<div class="row-plain" tabindex="0">
    <span class="row-icon">${icon('account')}</span>
    <span class="row-main">${user.account === null ? html`<span class="hint">no account</span>`
    : html`<strong>${user.account}</strong>`} ${isSelf(user) ? badge('you', 'good') : nothing}</span>
    <span class="row-side">${count(user.contents, 'share')}</span>
    <span class="row-note">${user.callsItself === '' ? '' : `calls itself ${user.callsItself}, `}peer
      <code title=${user.peer}>${short(user.peer)}</code></span>
    <span class="row-state">${user.uploads > 0 ? `${count(user.uploads, 'upload')}, ` : ''}since
      ${ago(user.sinceMillis)}</span>
  </div>`,
  empty: () => empty('people', 'Nobody is on-line', 'Not even this peer: the index does not know it yet.'),
});

export const people = {
  title: 'People',
  picture: 'people',

  start() {
    on('sync', () => list.refresh());
    every(AGAIN_MILLIS, () => place.view === 'people' && list.refresh());
  },

  open: () => list.refresh(),

  render: () => html`<section class="single" aria-label="People on-line">
    <p class="lead">Who is on-line at the index just now. An account is what the index vouches for; what a peer calls
      itself, nobody checked.</p>${list.render()}</section>`,
};
