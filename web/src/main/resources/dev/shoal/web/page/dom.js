// What the page takes of its one library, and the few directives of its own. Draws the whole page again, once a frame,
// when something has changed; the library touches only what differs, so that focus and selection stay.

import { html, svg, nothing, render } from './lib/lit-html.js';
import { repeat } from './lib/directives/repeat.js';
import { live } from './lib/directives/live.js';
import { Directive, directive } from './lib/directive.js';

export { html, svg, nothing, repeat, live };

let root = null;
let template = () => nothing;
let isAsked = false;
const after = [];

/** Says what is drawn, and where. */
export function show(element, whole) {
  element.replaceChildren();
  root = element;
  template = whole;
  drawNow();
}

/** Draws at the next frame. */
export function draw() {
  if (!isAsked) {
    isAsked = true;
    requestAnimationFrame(drawNow);
  }
}

/** Draws at once; for what needs the element that comes of it. */
export function drawNow() {
  isAsked = false;
  if (root !== null) {
    render(template(), root);
    after.splice(0).forEach((act) => act());
  }
}

/** Does something as soon as what has changed is drawn. */
export function afterDraw(act) {
  after.push(act);
  draw();
}

/** Moves the focus to what fits the first of the selectors that anything fits. */
export function focusOn(...selectors) {
  afterDraw(() => selectors.map((each) => document.querySelector(each)).find((each) => each !== null)?.focus());
}

/**
 * Remembers what has the focus while something is done. Answers how to give it back if it was lost meanwhile: to the
 * same, or where that has gone, to what fits the first of the selectors that anything fits.
 */
export function heldFocus(...selectors) {
  const before = document.activeElement;
  const isLost = () => document.activeElement === null || document.activeElement === document.body;
  return () => afterDraw(() => {
    if (isLost() && before?.isConnected) {
      before.focus();
    }
    if (isLost()) {
      selectors.map((each) => document.querySelector(each)).find((each) => each !== null)?.focus();
    }
  });
}

/** Lengths and places of an element: as properties, since the page's policy allows no style attributes. */
class Placed extends Directive {
  render() {
    return nothing;
  }

  update(part, [styles]) {
    for (const [name, value] of Object.entries(styles)) {
      if (part.element.style.getPropertyValue(name) !== value) {
        part.element.style.setProperty(name, value);
      }
    }
  }
}

export const placed = directive(Placed);

/** Hands an element to a function whenever it is drawn. */
class Used extends Directive {
  render() {
    return nothing;
  }

  update(part, [act]) {
    act(part.element);
  }
}

export const used = directive(Used);
