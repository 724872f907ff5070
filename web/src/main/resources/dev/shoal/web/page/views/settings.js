// Settings: how fast the peer may be, now and by the clock, and what `shoal config` has. Owns the forms; what holds is
// what the peer answers.

import { html, nothing, draw, focusOn, heldFocus } from '../dom.js';
import { get, put } from '../api.js';
import { every, on } from '../events.js';
import { icon } from '../icons.js';
import { ago, limit as limitText, moment } from '../format.js';
import { announce, facts, Form, problem } from '../parts.js';
import { peer } from '../peer.js';
import { place } from '../router.js';
import { ruleForm, rulesList } from './schedule.js';

const AGAIN_MILLIS = 10_000;
const HOUR_MILLIS = 3_600_000;
const PAUSES = [['until I resume', 0], ['for an hour', HOUR_MILLIS], ['for 4 hours', 4 * HOUR_MILLIS],
  ['for 24 hours', 24 * HOUR_MILLIS]];

const limits = new Form({ upload: '', download: '' }, 'limits');
const now = { limits: null, schedule: null, settings: null, error: null, pauseError: null, pauseFor: 0 };

/** A form for each setting: one that is wrong says so beside itself. */
const settingForms = new Map();

/** What somebody has typed stays; what is as it was loaded before is as it is loaded now. */
function takeLimits(found) {
  for (const way of ['upload', 'download']) {
    if (limits.values[way] === (now.limits?.[way] ?? '')) {
      limits.values[way] = found[way];
    }
  }
  now.limits = found;
}

function takeSettings(found) {
  for (const before of now.settings?.items ?? []) {
    const form = settingForms.get(before.key);
    const item = found.items.find((each) => each.key === before.key);
    if (form && item && form.values.value === configured(before)) {
      form.values.value = configured(item);
    }
  }
  now.settings = found;
}

async function load() {
  try {
    const [found, schedule, settings] = await Promise.all([
      get('/limits'), get('/schedule'), get('/settings')]);
    takeLimits(found);
    takeSettings(settings);
    Object.assign(now, { schedule, error: null });
  } catch (e) {
    now.error = e;
  }
  draw();
}

/** Makes one change to the pauses as they are now: somebody may have paused something in a terminal meanwhile. */
async function pauses(change, text) {
  const back = heldFocus('.pauses .actions button');
  now.pauseError = null;
  try {
    const { pauses: all } = await get('/schedule');
    now.schedule = await put('/schedule', { pauses: change(all) });
    announce(text);
  } catch (e) {
    now.pauseError = e;
  }
  back();
}

/** Pauses without the one of a name; null is everything. */
const without = (name) => (all) => all.filter((each) => each.name !== name);

const everything = () => now.schedule.limits.find((each) => each.name === null);

function pauseCard() {
  const { schedule } = now;
  const others = schedule.pauses.filter((each) => each.name !== null);
  const own = schedule.pauses.find((each) => each.name === null);
  const held = everything();
  return html`<section class="card pauses"><h2>Pause</h2>
    ${own ? html`<p>Everything is paused until ${own.untilMillis === 0 ? 'you resume it' : moment(own.untilMillis)}.</p>
      <div class="actions"><button class="main" @click=${() => pauses(without(null), 'It goes on.')}>${icon('resume')}
        Resume</button></div>` : html`
      <p>Nothing is sent or received while everything is paused. Shares stay listed, and downloads keep what they
        have.</p>
      <div class="actions">
        <label class="select"><span>How long</span><select
          @change=${(event) => { now.pauseFor = Number(event.target.value); draw(); }}>
          ${PAUSES.map(([text, millis]) => html`<option value=${millis} ?selected=${now.pauseFor === millis}>
            ${text}</option>`)}
        </select></label>
        <button @click=${() => pauses((all) => [...without(null)(all), {
    untilMillis: now.pauseFor === 0 ? 0 : Date.now() + now.pauseFor,
  }], 'Everything is paused.')}>${icon('pause')} Pause everything</button>
      </div>`}
    ${others.length === 0 ? nothing : html`<h3>Paused by themselves</h3><ul class="plain-list" role="list">
      ${others.map((each) => html`<li><span>${each.name}
        ${each.untilMillis === 0 ? nothing : `until ${moment(each.untilMillis)}`}</span>
        <button class="small" @click=${() => pauses(without(each.name),
    `${each.name} goes on.`)}>Resume<span class="unseen"> ${each.name}</span></button></li>`)}</ul>`}
    ${problem(now.pauseError)}
    ${held ? html`<p class="hint">Now: upload ${limitText(held.uploadBytesPerSecond)}, download
      ${limitText(held.downloadBytesPerSecond)}${held.paused ? `; paused ${held.paused}` : ''}${held.changesMillis > 0
  ? `. The next change is at ${moment(held.changesMillis)}` : ''}.</p>` : nothing}
  </section>`;
}

const limitsCard = () => html`<form class="card" @submit=${limits.send(async ({ upload, download }) => {
  const found = await put('/limits', {
    upload: upload.trim() || 'unlimited', download: download.trim() || 'unlimited',
  });
  Object.assign(limits.values, found);
  now.limits = found;
  announce('The limits hold from now on.');
  load();
})}>
  <h2>Limits</h2>
  <div class="columns">
    ${limits.text('upload', 'Upload', { hint: 'Of all that is sent, as 2MiB/s, 20Mbit/s or unlimited.' })}
    ${limits.text('download', 'Download', { hint: 'Of all that is received.' })}
  </div>
  ${problem(limits.error)}
  <div class="actions"><button class="main" ?disabled=${limits.isBusy}>Keep</button></div></form>`;

/** What somebody has chosen; the usual value is shown in its place where nobody has. */
const configured = (item) => (item.configured ? item.value : '');

const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1);

function formOf(item) {
  if (!settingForms.has(item.key)) {
    settingForms.set(item.key, new Form({ value: configured(item) }, `setting-${item.key}`));
  }
  return settingForms.get(item.key);
}

function setting(item) {
  const form = formOf(item);
  const isChanged = form.values.value !== configured(item);
  return html`<form class="setting" @submit=${form.send(async ({ value }) => {
    const found = await put('/settings', { [item.key]: value.trim() });
    settingForms.delete(item.key);
    takeSettings(found);
    announce(`${item.key} is kept.`);
    focusOn(`#${CSS.escape(`setting-${item.key}-value`)}`);
    load();
  })}>
    ${form.text('value', item.key, {
    placeholder: item.standard === '' ? 'not set' : item.standard,
    hint: html`${sentence(item.meaning)}${item.atOnce ? '' : '; from the next start on'}${item.pending
      ? html` <strong>This peer still runs with another value, until it is started anew.</strong>` : nothing}`,
    extra: isChanged ? html`<button ?disabled=${form.isBusy}>Keep<span class="unseen"> ${item.key}</span></button>`
      : nothing,
  })}${problem(form.error)}</form>`;
}

/** The limits have a card of their own. */
const settingsCard = () => html`<section class="card"><h2>Settings</h2>
  <p class="hint">What <code>shoal config</code> has. What is empty is as it usually is.</p>
  ${now.settings.problem === null ? nothing : problem(new Error(now.settings.problem))}
  ${now.settings.items.filter((item) => !item.key.endsWith('load-limit')).map(setting)}</section>`;

function aboutCard() {
  const { status } = peer;
  return status === null ? nothing : html`<section class="card"><h2>This peer</h2>
    ${facts([['Up since', ago(status.up.sinceMillis)], ['Process', String(status.up.process)],
    ['Index', html`<code>${status.peer.index}</code> ${status.peer.indexReachable ? '' : '(away)'}`],
    ['Serves at port', String(status.peer.listenPort)],
    ['Peer', html`<code>${status.peer.peer}</code>`]])}
    <p><a href="/api/v1/openapi.json">What its HTTP API can do</a>, for programs of yours.</p></section>`;
}

export const settings = {
  title: 'Settings',
  picture: 'settings',

  start() {
    on('sync', load);
    // No event tells of what is set in a terminal.
    every(AGAIN_MILLIS, () => place.view === 'settings' && load());
  },

  open: load,

  render: () => html`<section class="single cards" aria-label="Settings">
    ${problem(now.error)}
    ${now.limits === null ? nothing : limitsCard()}
    ${now.schedule === null ? nothing : html`${pauseCard()}
      <section class="card wide"><h2>By the clock</h2>
      ${rulesList(now.schedule, (found) => { now.schedule = found; draw(); })}
      ${ruleForm((found) => { now.schedule = found; load(); })}</section>`}
    ${now.settings === null ? nothing : settingsCard()}
    ${aboutCard()}
  </section>`,
};
