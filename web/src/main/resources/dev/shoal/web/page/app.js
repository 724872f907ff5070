// The page as a whole: the views and how one gets from one to the other, what is said above all of them, and the start.

import { html, nothing, draw, focusOn, show } from './dom.js';
import { dialogs } from './dialogs.js';
import * as events from './events.js';
import { rate } from './format.js';
import { icon } from './icons.js';
import { announcements, announce } from './parts.js';
import * as peers from './peer.js';
import * as router from './router.js';
import { account } from './views/account.js';
import { activity } from './views/activity.js';
import { downloads } from './views/downloads.js';
import { find } from './views/find.js';
import { people } from './views/people.js';
import { settings } from './views/settings.js';
import { dropHere, shares } from './views/shares.js';
import * as split from './views/split.js';
import { synced } from './views/synced.js';

const { peer } = peers;
const { place } = router;

const views = { find, downloads, shares, synced, people, activity, settings, account };

/** What has room at the foot of a phone; the others are behind "More" there. */
const FIRST = ['find', 'downloads', 'shares', 'synced'];

let isMore = false;

const view = () => views[place.view] ?? find;

const counts = {
  downloads: () => peer.status?.up.downloads,
  shares: () => peer.status?.up.shares,
};

function entry(name) {
  const { title, picture } = views[name];
  const much = counts[name]?.() ?? 0;
  const who = name === 'account' && peer.session?.user ? peer.session.user : title;
  return html`<li><a href=${router.href(name)} aria-current=${place.view === name ? 'page' : nothing}
    @click=${() => { isMore = false; }}>${icon(picture)}<span class="nav-title">${who}</span>${much > 0
    ? html`<span class="nav-count">${much > 999 ? '999+' : much}</span>` : nothing}</a></li>`;
}

function standing() {
  const { status } = peer;
  if (events.link.state === 'lost' || events.link.state === 'locked') {
    return html`<span class="dot bad"></span>no peer`;
  }
  if (status === null) {
    return nothing;
  }
  const moved = peers.now();
  return html`<span class=${`dot ${status.peer.indexReachable ? 'good' : 'warn'}`}></span>
    <span>${status.peer.indexReachable ? 'on-line' : 'index away'}</span>
    ${moved === null ? nothing : html`<a class="moved" href="#/activity" aria-label="Rates, as a chart">
      <span>↓ ${rate(moved.download)}</span> <span>↑ ${rate(moved.upload)}</span></a>`}`;
}

function toggleMore() {
  isMore = !isMore;
  draw();
}

const navigation = () => html`<nav class="nav" aria-label="Views">
  <p class="brand"><img src="/page/icon.svg" alt="" width="28" height="28"><span>Shoal</span></p>
  <ul role="list">${FIRST.map(entry)}
    <li class="nav-more"><button aria-expanded=${isMore} aria-controls="rest" @click=${toggleMore}>
      ${icon('more')}<span class="nav-title">More</span></button></li>
  </ul>
  <ul role="list" id="rest" class=${isMore ? 'rest is-open' : 'rest'}>
    ${Object.keys(views).filter((name) => !FIRST.includes(name)).map(entry)}</ul>
  <div class="standing">${standing()}</div>
</nav>`;

function banner() {
  const { status } = peer;
  if (events.link.state === 'lost') {
    return html`<div class="banner bad" role="alert">${icon('warning')}<p><strong>The peer is gone.</strong>
      It is tried again by itself. See whether <code>shoal up</code> still runs.</p>
      <button @click=${events.retry}>Try now</button></div>`;
  }
  if (events.link.state === 'locked') {
    return html`<div class="banner bad" role="alert">${icon('warning')}<p><strong>The peer was started anew.</strong>
      Type <code>shoal page</code>, or open the address that <code>shoal up</code> printed: that lets this browser in
      again.</p></div>`;
  }
  if (events.link.state === 'silent') {
    return html`<div class="banner warn" role="status">${icon('warning')}<p><strong>What happens is not told.</strong>
      Too many windows may be open. The lists are asked for again every few seconds.</p></div>`;
  }
  if (status !== null && !status.peer.indexReachable) {
    return html`<div class="banner warn" role="status">${icon('warning')}<p><strong>The index is away.</strong>
      ${status.peer.index} does not answer. What runs goes on, and it is tried again by itself.</p></div>`;
  }
  return nothing;
}

const page = () => html`
  <a class="skip" href="#main" @click=${(event) => { event.preventDefault(); focusOn('main h1'); }}>To the content</a>
  ${navigation()}
  <main id="main" class="stage">
    ${banner()}
    <h1 tabindex="-1">${view().title}</h1>
    ${view().render()}
  </main>
  ${dialogs()}${dropHere()}${announcements()}`;

function arrive(before) {
  isMore = false;
  document.title = `${view().title} – Shoal`;
  view().open(place.part);
  if (before !== undefined && before.view !== place.view) {
    announce('');
    focusOn(place.part === '' ? 'main h1' : '.pane-title');
  }
}

addEventListener('keydown', (event) => {
  if (event.key === '/' && !event.target.closest?.('input, textarea, select, dialog')) {
    const field = document.querySelector('main input[type=search]');
    if (field !== null) {
      event.preventDefault();
      field.focus();
    }
  }
});

router.start();
router.onPlace(arrive);
split.start();
show(document.getElementById('app'), page);
events.start();
peers.start();
Object.values(views).forEach((each) => each.start());
arrive();
