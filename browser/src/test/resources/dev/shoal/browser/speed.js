// How long the page takes, as it sees it itself: from an act to the moment when the frame is painted that shows what
// comes of it. What the browser takes to hand over a click or a key is not in it.

const frame = () => new Promise(requestAnimationFrame);

const painted = () => new Promise((go) => { requestAnimationFrame(() => setTimeout(go, 0)); });

const rows = () => [...document.querySelectorAll('.row')];

const areThere = () => rows().length > 0 && rows().every((row) => row.ariaBusy !== 'true');

const total = () => Number(rows()[0]?.getAttribute('aria-setsize') ?? 0);

async function taken(act, isThere) {
  const began = performance.now();
  act();
  while (!isThere()) {
    await frame();
  }
  await painted();
  return performance.now() - began;
}

const isAt = (title) => document.querySelector('h1')?.textContent === title && areThere();

const to = (view, title) => taken(() => document.querySelector(`nav a[href="#/${view}"]`).click(), () => isAt(title));

function type(text) {
  const field = document.querySelector('main input[type=search]');
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

/** Goes to a view: how long until its rows are painted. */
window.view = to;

/** Types a part of the names of some: how long until the list has just those. */
window.filter = async (text, whole) => {
  const ms = await taken(() => type(text), () => areThere() && total() < whole
    && rows().every((row) => row.textContent.includes(text)));
  const back = await taken(() => type(''), () => areThere() && total() === whole);
  return [ms, back];
};

/** Scrolls on: how long each frame takes. */
window.scroll = async (pixels, frames) => {
  const list = document.querySelector('.rows');
  const all = [];
  let before = await frame();
  for (let i = 0; i < frames; i++) {
    list.scrollTop += pixels;
    const now = await frame();
    all.push(now - before);
    before = now;
  }
  return all;
};

/** Jumps elsewhere: how long until the rows there are painted. */
window.jump = (part) => taken(() => {
  const list = document.querySelector('.rows');
  list.scrollTop = Math.floor(part * list.scrollHeight);
}, () => areThere() && rows().some((row) => Math.abs(row.dataset.index - part * total()) < 30));

/** Opens one of the rows in sight: how long until what can be done with it is painted. */
window.open_ = async (number) => {
  const link = document.querySelectorAll('.row-link')[number];
  const name = link.querySelector('.row-main').textContent.trim();
  return taken(() => link.click(), () => document.querySelector('.pane-title')?.textContent.includes(name)
    && document.querySelector('.pane .actions') !== null);
};

/** Asks the peer: how long an answer takes, read. */
window.ask = async (path) => {
  const began = performance.now();
  await (await fetch(`/api/v1${path}`, { cache: 'no-store' })).json();
  return performance.now() - began;
};

/** When the page was first painted, counted from when it was asked for. */
window.firstPaint = async () => {
  for (;;) {
    const [found] = performance.getEntriesByName('first-contentful-paint');
    if (found !== undefined) {
      return found.startTime;
    }
    await frame();
  }
};
