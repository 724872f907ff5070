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
  ['updated,conflict', 'Synced'], ['webLinkUsed', 'Download links'], ['said', 'Messages']];
const LEVELS = [['', 'All levels'], ['INFO', 'Without details'], ['WARNING', 'Warnings alone']];

const asked = { text: '', kind: '', level: 'INFO' };
let items = null;
let more = false;
let error = null;
let typing = 0;
let again = 0;
let generation = 0;
let isLoading = false;
let isAskedAgain = false;

/** How tasks stood when they were heard of last. */
const states = new Map();

/** Asks for the newest, or for what is older than what is there; one after the other. */
async function load(isOlder = false) {
  if (isLoading) {
    isAskedAgain ||= !isOlder;
    return;
  }
  isLoading = true;
  const mine = generation;
  const chosen = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== ''));
  try {
    const found = await get('/activity', { ...chosen, before: isOlder ? items.at(-1).id : undefined, limit: PAGE });
    if (mine === generation) {
      (isOlder ? takeOlder : takeNew)(found);
      error = null;
    }
  } catch (e) {
    error = mine === generation ? e : error;
  }
  isLoading = false;
  draw();
  if (isAskedAgain || mine !== generation) {
    isAskedAgain = false;
    load();
  }
}

function takeOlder(found) {
  items = [...items, ...found.items].slice(0, MOST_KEPT);
  more = found.more && items.length < MOST_KEPT;
}

/** What is there stays behind what is new, if nothing is between them; a peer that was started anew counts anew. */
function takeNew(found) {
  const newest = items?.[0]?.id ?? 0;
  const oldest = found.items.at(-1)?.id ?? 0;
  if (!found.more || newest < oldest || newest > found.items[0].id) {
    ({ items, more } = found);
    return;
  }
  items = [...found.items, ...items.filter((item) => item.id < oldest)].slice(0, MOST_KEPT);
  more = (more || items.length === found.items.length) && items.length < MOST_KEPT;
}

function ask() {
  generation += 1;
  items = null;
  load();
}

/** Whether a task has become something, and is not only further than before. */
function isNews(task) {
  const state = `${task.state} ${task.trouble}`;
  if (states.get(task.id) === state) {
    return false;
  }
  if (states.size >= MOST_KEPT) {
    states.clear();
  }
  states.set(task.id, state);
  return true;
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
    ['taskEnded', 'said', 'got', 'updated', 'conflict', 'webLinkUsed', 'sync'].forEach((name) => on(name, heard));
    on('task', (task) => isNews(task) && heard());
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
      ${more ? html`<button @click=${() => load(true)}>Show older</button>` : nothing}`}
  </section>`,
};
