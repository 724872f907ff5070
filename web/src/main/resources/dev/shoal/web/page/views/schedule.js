// The rules by the clock: the table of them, and the form that adds one. Owns what is typed into that form.

import { html, nothing, draw } from '../dom.js';
import { put, said } from '../api.js';
import { announce, badge, Form, problem } from '../parts.js';
import { icon } from '../icons.js';

const DAYS = [['', 'every day'], ['mon-fri', 'Monday to Friday'], ['sat,sun', 'Saturday and Sunday']];

const form = new Form({ name: '', upload: '', download: '', from: '', to: '', days: '' }, 'rule');
let error = null;

const wish = ({ name, upload, download, from, to, days }) => said({ name, upload, download, from, to, days });

function when({ from, to, days }) {
  const times = from === null && to === null ? 'always' : `${from ?? '0:00'} to ${to ?? '24:00'}`;
  return days === '' ? times : `${times}, ${days}`;
}

async function take(rule, schedule, changed) {
  error = null;
  try {
    changed(await put('/schedule', { rules: schedule.rules.filter((each) => each !== rule).map(wish) }));
    announce(`Rule ${rule.number} is taken away.`);
  } catch (e) {
    error = e;
  }
  draw();
}

/** What rules there are; `changed` hears of what holds after one is gone. */
export function rulesTable(schedule, changed) {
  const heads = ['Rule', 'Of', 'Upload', 'Download', 'When'].map((text) => html`<th scope="col">${text}</th>`);
  return schedule.rules.length === 0
    ? html`<p class="hint">No rule yet. One says how fast the peer may be at which time.</p>`
    : html`<div class="scrolls"><table><caption class="unseen">Rules</caption>
      <thead><tr>${heads}<th scope="col"><span class="unseen">Take away</span></th></tr></thead>
      <tbody>${schedule.rules.map((rule) => html`<tr>
        <td>${rule.number} ${rule.counts ? badge('now', 'good') : nothing}</td><td>${rule.name ?? 'everything'}</td>
        <td>${rule.upload ?? '–'}</td><td>${rule.download ?? '–'}</td><td>${when(rule)}</td>
        <td><button class="small" @click=${() => take(rule, schedule, changed)}>${icon('close')}
          <span class="unseen">Take rule ${rule.number} away</span></button></td></tr>`)}</tbody></table></div>
      ${problem(error)}`;
}

/** Adds a rule; `changed` hears of what holds then. */
export function ruleForm(schedule, changed) {
  return html`<details><summary>Add a rule</summary>
    <form @submit=${form.send(async (values) => {
    const rules = [...schedule.rules.map(wish), wish({ ...values, name: values.name.trim() })];
    changed(await put('/schedule', { rules }));
    form.clear();
    announce('The rule holds from now on.');
  })}>
      <div class="columns">
        ${form.text('upload', 'Upload', { placeholder: '2MiB/s, unlimited or paused' })}
        ${form.text('download', 'Download', { placeholder: '2MiB/s, unlimited or paused' })}
        ${form.text('from', 'From', { type: 'time' })}
        ${form.text('to', 'To', { type: 'time', hint: 'An end before the beginning is on the next day.' })}
        <label class="select"><span>Days</span><select @change=${form.input('days')}>${DAYS.map(([value, text]) => html`
          <option value=${value} ?selected=${form.values.days === value}>${text}</option>`)}</select></label>
        ${form.text('name', 'Of', { placeholder: 'everything', hint: 'A name, or nothing for everything.' })}
      </div>
      ${problem(form.error)}
      <div class="actions"><button class="main" ?disabled=${form.isBusy}>Add</button></div>
    </form></details>`;
}
