// Activity: what has happened, the newest first, with filters, and the rates of the last minutes. Owns what was fetched
// of it.

import { html, nothing, repeat, draw } from '../dom.js';
import { get } from '../api.js';
import { on } from '../events.js';
import { ago, date, time } from '../format.js';
import { place } from '../router.js';
import { badge, empty, problem } from '../parts.js';
import { peer } from '../peer.js';
import { rateChart } from '../rate-chart.js';

const PAGE = 100;
const MOST_KEPT = 1_000;
const TYPE_MILLIS = 200;
const AGAIN_MILLIS = 500;

const KINDS = [['', 'Everything'], ['task,taskEnded', 'Shares and downloads'], ['got', 'Downloads that ended'],
  ['subscribed,unsubscribed,updated,conflict,restored,resolved', 'Synced'], ['said', 'Messages']];
const LEVELS = [['', 'All levels'], ['INFO', 'Without details'], ['WARNING', 'Warnings alone']];

const asked = { text: '', kind: '', level: 'INFO' };
let items = null;
let more = false;
let error = null;
let typing = 0;
let again = 0;
let generation = 0;

async function load(before) {
  generation += before === undefined ? 1 : 0;
  const mine = generation;
  const filter = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== ''));
  try {
    const found = await get('/activity', { ...filter, before, limit: PAGE });
    if (mine === generation) {
      items = before === undefined ? merged(found) : [...items, ...found.items].slice(0, MOST_KEPT);
      more = before === undefined && items.length > found.items.length ? more : found.more && items.length < MOST_KEPT;
      error = null;
    }
  } catch (e) {
    error = e;
  }
  draw();
}

/** What was fetched anew, and behind it the older that was there. */
function merged({ items: fresh }) {
  const last = fresh.at(-1)?.id;
  return items === null || fresh.length < PAGE ? fresh : [...fresh, ...items.filter((item) => item.id < last)];
}

function ask() {
  items = null;
  load();
}

function filter(name) {
  return (event) => {
    asked[name] = event.target.value;
    clearTimeout(typing);
    typing = setTimeout(ask, name === 'text' ? TYPE_MILLIS : 0);
  };
}

const select = (name, label, choices) => html`<label class="select"><span>${label}</span>
  <select @change=${filter(name)}>${choices.map(([value, text]) => html`
    <option value=${value} ?selected=${asked[name] === value}>${text}</option>`)}</select></label>`;

const LEVEL_BADGES = { WARNING: ['warning', 'warn'], DETAIL: ['detail', ''] };

function entry(item) {
  const told = LEVEL_BADGES[item.level];
  return html`<li class=${item.level === 'WARNING' ? 'warn' : nothing}>
    <time datetime=${new Date(item.atMillis).toISOString()} title=${`${date(item.atMillis)} ${time(item.atMillis)}`}>
      ${Date.now() - item.atMillis < 86_400_000 ? time(item.atMillis) : ago(item.atMillis)}</time>
    <span>${item.text}</span>${told ? badge(...told) : nothing}</li>`;
}

export const activity = {
  title: 'Activity',
  picture: 'activity',

  start() {
    const heard = () => {
      if (place.view === 'activity' && again === 0) {
        again = setTimeout(() => { again = 0; load(); }, AGAIN_MILLIS);
      }
    };
    on('any', heard);
    on('sync', heard);
  },

  open: () => load(),

  render: () => html`<section class="single" aria-label="Activity">
    ${rateChart(peer.rates)}
    <div class="bar filters">
      <label class="select grow"><span>Text</span><input type="search" .value=${asked.text} spellcheck="false"
        @input=${filter('text')}></label>
      ${select('kind', 'What', KINDS)}${select('level', 'Level', LEVELS)}
    </div>
    ${problem(error)}
    ${items === null ? nothing : items.length === 0
    ? empty('activity', 'Nothing has happened', 'Nothing of this kind since the peer began.')
    : html`<ol class="log" role="list">${repeat(items, (item) => item.id, entry)}</ol>
      ${more ? html`<button @click=${() => load(items.at(-1).id)}>Show older</button>` : nothing}`}
  </section>`,
};
