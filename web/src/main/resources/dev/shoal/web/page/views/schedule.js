// The rules by the clock: the list of them, and the form that adds one. Owns what is typed into that form.

import { html, nothing, heldFocus } from '../dom.js';
import { get, put, said } from '../api.js';
import { announce, badge, Form, problem } from '../parts.js';

const DAYS = [['', 'every day'], ['mon-fri', 'Monday to Friday'], ['sat,sun', 'Saturday and Sunday']];

const form = new Form({ name: '', upload: '', download: '', from: '', to: '', days: '' }, 'rule');
let error = null;

const wish = ({ name, upload, download, from, to, days }) => said({ name, upload, download, from, to, days });

function when({ from, to, days }) {
  const times = from === null && to === null ? 'always' : `${from ?? '0:00'} to ${to ?? '24:00'}`;
  return days === '' ? times : `${times}, ${days}`;
}

const isSame = (one, other) => JSON.stringify(wish(one)) === JSON.stringify(wish(other));

/** Takes one away of those that there are now: somebody may have changed them in a terminal meanwhile. */
async function take(rule, changed) {
  const back = heldFocus('.rules button', '.add-rule summary');
  error = null;
  try {
    const found = await get('/schedule');
    const at = found.rules.findIndex((each) => isSame(each, rule));
    const rest = found.rules.filter((_, i) => i !== at).map(wish);
    changed(at < 0 ? found : await put('/schedule', { rules: rest }));
    announce(`Rule ${rule.number} is taken away.`);
  } catch (e) {
    error = e;
  }
  back();
}

/** What a rule says, as `shoal limit` has it. */
function wording(rule) {
  const rates = [['upload', rule.upload], ['download', rule.download]].filter(([, rate]) => rate !== null);
  return `${rule.name ?? 'everything'}: ${rates.map(([way, rate]) => `${way} ${rate}`).join(', ')}, ${when(rule)}`;
}

/** What rules there are; `changed` hears of what holds after one is gone. */
export function rulesList(schedule, changed) {
  return schedule.rules.length === 0
    ? html`<p class="hint">No rule yet. One says how fast the peer may be at which time.</p>`
    : html`<ul class="plain-list rules" role="list">${schedule.rules.map((rule) => html`<li>
        <span>${wording(rule)} ${rule.counts ? badge('now', 'good') : nothing}</span>
        <button class="small" @click=${() => take(rule, changed)}>Take away
          <span class="unseen">rule ${rule.number}</span></button></li>`)}</ul>${problem(error)}`;
}

/** Adds a rule to those that there are; `changed` hears of what holds then. */
export function ruleForm(changed) {
  return html`<details class="add-rule"><summary>Add a rule</summary>
    <form @submit=${form.send(async (values) => {
    const found = await get('/schedule');
    const rules = [...found.rules.map(wish), wish({ ...values, name: values.name.trim() })];
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
