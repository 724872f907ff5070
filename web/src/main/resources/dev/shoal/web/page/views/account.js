// Account: who this home acts for; log in, sign up with the recovery codes that are shown once, log out. Owns the
// forms.

import { html, nothing, draw, focusOn } from '../dom.js';
import { post, remove, said } from '../api.js';
import { every } from '../events.js';
import { confirm } from '../dialogs.js';
import { count, date, short } from '../format.js';
import { icon } from '../icons.js';
import { announce, copy, facts, Form, problem } from '../parts.js';
import { askSession, askStatus, peer } from '../peer.js';
import { place } from '../router.js';

const LEAST_PASSWORD = 8;
const AGAIN_MILLIS = 10_000;

const logIn = new Form({ user: '', password: '' }, 'login');
const signUp = new Form({ user: '', password: '', again: '', invite: '' }, 'signup');

let mode = 'login';
let codes = null;
let acted = null;

async function changed() {
  await Promise.all([askSession(), askStatus()]);
}

async function doLogIn({ user, password }) {
  await post('/session', { user: user.trim(), password });
  logIn.clear();
  await changed();
  announce(`Logged in as ${peer.session?.user}.`);
  focusOn('main h1');
}

async function doSignUp({ user, password, again, invite }) {
  if (password.length < LEAST_PASSWORD) {
    throw new Error(`A password has at least ${LEAST_PASSWORD} characters.`);
  }
  if (password !== again) {
    throw new Error('The two passwords differ. Type them again.');
  }
  const made = await post('/accounts', said({ user: user.trim(), password, invite: invite.trim() }));
  signUp.clear();
  codes = made.recoveryCodes;
  await changed();
  focusOn('.codes h2');
}

async function logOut() {
  const text = 'This home acts for nobody any more, and the key of the account is removed from this machine. '
    + 'The password lets you in again.';
  if (await confirm('Log out?', text, 'Log out')) {
    acted = null;
    try {
      await remove('/session');
      await changed();
      announce('Logged out.');
    } catch (e) {
      acted = e;
    }
    draw();
  }
}

const recovery = () => html`<section class="card codes">
  <h2 tabindex="-1">Your recovery codes</h2>
  <p>Each of them sets a new password once, should you forget yours. <strong>They are shown this time only.</strong>
    Keep them apart from this machine.</p>
  <ol>${codes.map((code) => html`<li><code>${code}</code></li>`)}</ol>
  <div class="actions">
    <button @click=${() => copy(codes.join('\n'), 'Recovery codes')}>${icon('copy')} Copy all</button>
    <button class="main" @click=${() => { codes = null; draw(); focusOn('main h1'); }}>I have kept them</button>
  </div></section>`;

const forms = () => html`
  <div class="toggle" role="group" aria-label="What to do">
    <button aria-pressed=${mode === 'login'} @click=${() => { mode = 'login'; draw(); }}>Log in</button>
    <button aria-pressed=${mode === 'signup'} @click=${() => { mode = 'signup'; draw(); }}>Sign up</button>
  </div>
  ${mode === 'login' ? html`<form class="card" @submit=${logIn.send(doLogIn)}>
    <h2>Log in</h2>
    ${logIn.text('user', 'Account', { auto: 'username', isNeeded: true })}
    ${logIn.text('password', 'Password', { type: 'password', auto: 'current-password', isNeeded: true })}
    ${problem(logIn.error)}
    <div class="actions"><button class="main" ?disabled=${logIn.isBusy}>Log in</button></div></form>`
    : html`<form class="card" @submit=${signUp.send(doSignUp)}>
    <h2>Sign up</h2>
    ${signUp.text('user', 'Account', {
    auto: 'username', isNeeded: true, hint: 'What others know you by at this index.',
  })}
    ${signUp.text('password', 'Password', {
    type: 'password', auto: 'new-password', isNeeded: true, hint: 'A long sentence is best. The index never sees it.',
  })}
    ${signUp.text('again', 'The same again', { type: 'password', auto: 'new-password', isNeeded: true })}
    ${signUp.text('invite', 'Invitation', { hint: 'Only where the index wants one.' })}
    ${problem(signUp.error)}
    <div class="actions"><button class="main" ?disabled=${signUp.isBusy}>Sign up</button></div></form>`}`;

function known(session) {
  return html`<section class="card">
    <h2>${session.user}</h2>
    ${session.loggedIn ? nothing : html`<p class="problem">${icon('warning')}<span>The index knows this home as
      ${session.user}, but the key of the account is not here. Log in again.</span></p>`}
    ${facts([['Member since', date(session.madeMillis)], ['Here since', date(session.sinceMillis)],
    ['Recovery codes', `${count(session.codesLeft, 'code')} left`],
    ['Key', html`<code title=${session.accountKey}>${short(session.accountKey ?? '', 20)}</code>`]])}
    ${problem(acted)}
    <div class="actions"><button @click=${logOut}>Log out</button></div></section>
    ${session.loggedIn ? nothing : forms()}`;
}

export const account = {
  title: 'Account',
  picture: 'account',

  start() {
    // No event tells of it when somebody logs in or out in a terminal.
    every(AGAIN_MILLIS, () => place.view === 'account' && askSession());
  },

  open: askSession,

  render() {
    const { session, sessionProblem } = peer;
    return html`<section class="single narrow" aria-label="Account">
      ${codes !== null ? recovery() : nothing}
      ${session === null ? problem(sessionProblem) : session.user === null ? html`
        <p class="lead">With an account, all of your devices publish as one owner, and others can share with you alone.
          Everything else works without one, too.</p>${forms()}` : known(session)}
      ${session === null ? nothing : html`<section class="card"><h2>This home</h2>
        ${facts([['Index', html`<code>${session.index}</code>`],
    ['Key of the index', html`<code title=${session.indexKey}>${short(session.indexKey, 20)}</code>`],
    ['Key of this device', html`<code title=${session.device}>${short(session.device, 20)}</code>`]])}</section>`}
    </section>`;
  },
};
