// The map of a download's chunks, each cell in the colour of the source that it came from. Owns the canvas and the
// colours; they come from the style sheet, so that they are right by day and by night.

import { html, used } from './dom.js';
import { percent, size } from './format.js';

export const COLOURS = 8;

const MISSING = 0;
const UNDER_WAY = -1;
const BEFORE = -2;
const COPIED = -3;
const NOT_WANTED = -4;

const FIXED = new Map([
  [MISSING, 'missing'], [UNDER_WAY, 'under-way'], [BEFORE, 'before'], [COPIED, 'copied'], [NOT_WANTED, 'unwanted'],
]);

/** Which of the colours a source has; after the last one they begin again. */
export const colourOf = (number) => ((number - 1) % COLOURS) + 1;

const variable = (cell) => `--cell-${FIXED.get(cell) ?? colourOf(cell)}`;

/** Cells that are about square, all of them in what there is of width. */
function grid(cells, width) {
  const side = Math.max(5, Math.min(16, Math.floor(Math.sqrt((width * 150) / Math.max(1, cells)))));
  const columns = Math.max(1, Math.floor(width / side));
  return { side, columns, rows: Math.ceil(cells / columns) };
}

function paint(canvas, cells) {
  const width = canvas.parentElement.clientWidth;
  if (width === 0) {
    return;
  }
  const { side, columns, rows } = grid(cells.length, width);
  const scale = devicePixelRatio;
  const height = Math.max(1, rows) * side;
  canvas.width = width * scale;
  canvas.height = height * scale;
  canvas.style.setProperty('height', `${height}px`);
  const styles = getComputedStyle(canvas);
  const colours = new Map();
  const pen = canvas.getContext('2d');
  pen.scale(scale, scale);
  cells.forEach((cell, index) => {
    if (!colours.has(cell)) {
      colours.set(cell, styles.getPropertyValue(variable(cell)));
    }
    pen.fillStyle = colours.get(cell);
    pen.fillRect((index % columns) * side, Math.floor(index / columns) * side, side - 1, side - 1);
  });
}

const painted = new Map();
const observer = new ResizeObserver((entries) => entries.forEach(({ target }) => {
  const canvas = target.querySelector('canvas');
  if (canvas && painted.has(canvas)) {
    paint(canvas, painted.get(canvas));
  }
}));

matchMedia('(prefers-color-scheme: dark)').addEventListener('change',
  () => painted.forEach((cells, canvas) => paint(canvas, cells)));

function seen(canvas, cells) {
  for (const old of painted.keys()) {
    if (!old.isConnected && old !== canvas) {
      painted.delete(old);
    }
  }
  if (painted.get(canvas) === cells) {
    return;
  }
  painted.set(canvas, cells);
  queueMicrotask(() => {
    if (canvas.parentElement) {
      observer.observe(canvas.parentElement);
      paint(canvas, cells);
    }
  });
}

/** The same in words. */
function sentence(task, cells) {
  const sources = new Set(cells.filter((cell) => cell > 0)).size;
  return `Map of ${cells.length} parts: ${percent(task.doneBytes, task.bytes)} % are here, from ${sources} `
    + `${sources === 1 ? 'source' : 'sources'}.`;
}

/** The map; `detail` is what the peer tells of a download. */
export function chunkMap({ task, cells, chunkBytes, chunksPerCell }) {
  const kinds = [[BEFORE, 'here from before this run'], [COPIED, 'copied from files that are here'],
    [UNDER_WAY, 'under way'], [MISSING, 'missing'], [NOT_WANTED, 'not wanted'],
  ].filter(([kind]) => cells.includes(kind));
  return html`<div class="map">
    <div class="map-box"><canvas role="img" aria-label=${sentence(task, cells)}
      ${used((canvas) => seen(canvas, cells))}></canvas></div>
    <ul class="legend" role="list" aria-label="What the colours mean">
      ${kinds.map(([kind, text]) => html`<li>${swatch(FIXED.get(kind))}${text}</li>`)}
      <li class="hint">a cell is ${size(chunkBytes * chunksPerCell)}</li>
    </ul>
  </div>`;
}

/** A small piece of the colour of a source, by its number, or of a kind of cell. */
export const swatch = (which) => html`<span class=${`swatch of-${which}`}></span>`;
