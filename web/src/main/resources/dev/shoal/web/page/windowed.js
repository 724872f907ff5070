// A long list of which only what is seen is drawn and asked for. Owns the pages that were fetched, where somebody has
// scrolled to, and the arrow keys; what a row looks like, and where rows come from, is told by who has the list.

import { html, nothing, placed, repeat, used, draw, afterDraw } from './dom.js';

const PAGE = 100;

/** Pages that are kept; those that were seen longest ago go first. */
const MOST_PAGES = 20;

/** Rows above and below what is seen. */
const MARGIN = 8;

/** Nobody reads while he scrolls that fast: pages that fly past are not asked for. */
const SETTLE_MILLIS = 30;

const REFRESH_MILLIS = 300;

/** How long a row that is to have the focus is waited for. */
const MOST_TRIES = 100;
const TRY_MILLIS = 50;

/** What of a row has the focus. */
const TARGET = ':is(.row-link, .row-plain)';

export class Windowed {
  /**
   * `load(offset, limit, signal)` answers `{items, total}`, with `isLeast` where there may be more in all; `row(item)`
   * is what stands in a row, with one link of the class row-link, or something else of the class row-plain that takes
   * the focus; `label` says what the list is of; `empty()` is shown when there is nothing.
   */
  constructor({ load, key, row, label, empty, rowPixels = 64 }) {
    Object.assign(this, { load, key, row, label, empty, rowPixels });
    this.forget();
    this.height = 800;
    this.watch = new ResizeObserver(([entry]) => {
      if (this.height !== entry.contentRect.height) {
        this.height = entry.contentRect.height;
        draw();
      }
    });
  }

  forget() {
    this.generation = (this.generation ?? 0) + 1;
    this.abort?.abort();
    this.abort = new AbortController();
    this.pages = new Map();
    this.total = null;
    this.problem = null;
    this.top = 0;
    this.focused = -1;
  }

  /** Another list: begins at its top. */
  reset() {
    this.forget();
    if (this.element) {
      this.element.scrollTop = 0;
    }
    draw();
  }

  /** The same list may be another now: what is seen stays until the answer comes. */
  refresh() {
    if (this.refreshing !== undefined) {
      return;
    }
    this.refreshing = setTimeout(() => {
      this.refreshing = undefined;
      this.pages.forEach((page) => {
        page.isStale = true;
        page.refreshes += 1;
      });
      draw();
    }, REFRESH_MILLIS);
  }

  /** An item is another now. Returns whether it was in sight. */
  patch(item) {
    for (const page of this.pages.values()) {
      const at = page.items.findIndex((each) => this.key(each) === this.key(item));
      if (at >= 0) {
        page.items[at] = item;
        page.patches?.set(this.key(item), item);
        draw();
        return true;
      }
    }
    return false;
  }

  /** What is known of an item by its key. */
  known(key) {
    for (const page of this.pages.values()) {
      const found = page.items.find((each) => this.key(each) === key);
      if (found !== undefined) {
        return found;
      }
    }
    return undefined;
  }

  item(index) {
    return this.pages.get(Math.floor(index / PAGE))?.items[index % PAGE];
  }

  async fetchPage(number) {
    const page = this.pages.get(number) ?? { items: [], isStale: true, isAsked: false, refreshes: 0 };
    this.pages.delete(number);
    this.pages.set(number, page);
    if (page.isAsked || !page.isStale) {
      return;
    }
    page.isAsked = true;
    // What is heard of while the answer is under way is newer than the answer.
    const patches = new Map();
    page.patches = patches;
    const { generation } = this;
    const { refreshes } = page;
    try {
      const found = await this.load(number * PAGE, PAGE, this.abort.signal);
      if (generation === this.generation) {
        page.items = found.items.map((item) => patches.get(this.key(item)) ?? item);
        page.isStale = page.refreshes !== refreshes;
        // A page that is not the last knows only that there are more, of which others may know how many.
        this.total = found.isLeast ? Math.max(this.total ?? 0, found.total) : found.total;
        this.problem = null;
      }
    } catch (e) {
      if (generation === this.generation && e.name !== 'AbortError') {
        this.problem = e;
        page.isStale = page.refreshes !== refreshes;
      }
    }
    page.isAsked = false;
    page.patches = null;
    for (const old of this.pages.keys()) {
      if (this.pages.size <= MOST_PAGES) {
        break;
      }
      this.pages.delete(old);
    }
    draw();
  }

  /** Which rows are drawn: those in sight, and the one that has the focus. */
  indices() {
    const first = Math.max(0, Math.floor(this.top / this.rowPixels) - MARGIN);
    const last = Math.min(this.total ?? 0, Math.ceil((this.top + this.height) / this.rowPixels) + MARGIN);
    const seen = Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i);
    if (this.focused >= 0 && this.focused < (this.total ?? 0) && (this.focused < first || this.focused >= last)) {
      seen.push(this.focused);
    }
    return { seen, first, last };
  }

  ask(first, last) {
    const wanted = new Set();
    for (let index = first; index < Math.max(last, first + 1); index++) {
      wanted.add(Math.floor(index / PAGE));
    }
    const missing = [...wanted].filter((number) => this.pages.get(number)?.isStale !== false);
    if (missing.length === 0) {
      return;
    }
    clearTimeout(this.asking);
    this.asking = setTimeout(() => missing.forEach((number) => this.fetchPage(number)),
      this.total === null ? 0 : SETTLE_MILLIS);
  }

  move(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity };
    const step = steps[event.key];
    if (step === undefined || !event.target.matches(TARGET)) {
      return;
    }
    event.preventDefault();
    const from = Number(event.target.closest('[data-index]').dataset.index);
    this.focus(Math.max(0, Math.min(this.total - 1, from + step)));
  }

  focus(index) {
    this.focused = index;
    const top = index * this.rowPixels;
    if (top < this.element.scrollTop) {
      this.element.scrollTop = top;
    } else if (top + this.rowPixels > this.element.scrollTop + this.height) {
      this.element.scrollTop = top + this.rowPixels - this.height;
    }
    this.top = this.element.scrollTop;
    this.place(index, this.element, MOST_TRIES);
  }

  /** Gives the focus to a row as soon as it is there, unless it has gone elsewhere meanwhile. */
  place(index, element, tries) {
    afterDraw(() => {
      const { activeElement } = document;
      const isElsewhere = activeElement !== null && activeElement !== document.body && !element.contains(activeElement);
      if (tries === 0 || this.focused !== index || !element.isConnected || isElsewhere) {
        return;
      }
      const target = element.querySelector(`[data-index="${index}"] ${TARGET}`);
      if (target === null) {
        setTimeout(() => this.place(index, element, tries - 1), TRY_MILLIS);
      } else {
        target.focus({ preventScroll: true });
      }
    });
  }

  seen(element) {
    if (this.element !== element) {
      this.watch.disconnect();
      this.watch.observe(element);
      this.element = element;
      element.scrollTop = this.top;
    }
  }

  drawRow(index) {
    const item = this.item(index);
    const at = placed({ transform: `translateY(${index * this.rowPixels}px)`, height: `${this.rowPixels}px` });
    return html`<li ${at} class="row" data-index=${index} aria-setsize=${this.total} aria-posinset=${index + 1}
      aria-busy=${item === undefined ? 'true' : nothing}
      @focusin=${() => { this.focused = index; }}>${item === undefined
        ? html`<span class="bone"></span><span class="bone thin"></span>` : this.row(item)}</li>`;
  }

  render() {
    const { seen, first, last } = this.indices();
    this.ask(first, last);
    if (this.total === null) {
      return this.problem === null ? html`<div class="rows" aria-busy="true"></div>` : this.broken();
    }
    if (this.total === 0) {
      return html`<div class="rows">${this.problem === null ? this.empty() : this.broken()}</div>`;
    }
    const key = (index) => (this.item(index) === undefined ? `no ${index}` : this.key(this.item(index)));
    return html`${this.problem === null ? nothing : this.broken()}
      <div class="rows" ${used((element) => this.seen(element))} @keydown=${(event) => this.move(event)}
        @scroll=${(event) => { this.top = event.target.scrollTop; draw(); }}>
        <ul role="list" aria-label=${this.label} ${placed({ height: `${this.total * this.rowPixels}px` })}>
          ${repeat(seen, key, (index) => this.drawRow(index))}
        </ul>
      </div>`;
  }

  broken() {
    return html`<div class="problem" role="alert"><p>${this.problem.message}</p>
      <button @click=${() => { this.problem = null; this.refresh(); }}>Try again</button></div>`;
  }
}
