// What was sent and received each second of the last minutes, as a chart. Owns how it is drawn, nothing else.

import { html, svg, nothing } from './dom.js';
import { rate, seconds } from './format.js';

const WIDTH = 600;
const HEIGHT = 120;
const MARKS = [0, 0.25, 0.5, 0.75, 1];
const MOST_SECONDS = 600;

/** A peer that has just begun has little to show: it is drawn as wide. */
const LEAST_SECONDS = 60;

/** The next rate that reads well, not below one. */
function ceiling(most) {
  let step = 1024;
  while (step < most) {
    step *= 2;
  }
  return step;
}

function points(values, top, span) {
  const first = span - values.length;
  return values.map((value, i) => [((first + i) / (span - 1)) * WIDTH, HEIGHT - (value / top) * HEIGHT]);
}

const path = (all) => all.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');

function area(all) {
  return all.length === 0 ? '' : `${path(all)}L${WIDTH} ${HEIGHT}L${all[0][0].toFixed(1)} ${HEIGHT}Z`;
}

/** `rates` as the peer tells them, or null while they are not known. */
export function rateChart(rates) {
  if (rates === null || rates.upload.length === 0) {
    return nothing;
  }
  const { upload, download } = rates;
  const top = ceiling(Math.max(...upload, ...download));
  const span = Math.min(MOST_SECONDS, Math.max(LEAST_SECONDS, upload.length));
  const down = points(download, top, span);
  const words = `In the last second ${rate(download.at(-1))} came in and ${rate(upload.at(-1))} went out. `
    + `In the last ten minutes at most ${rate(Math.max(...download))} and ${rate(Math.max(...upload))}.`;
  return html`<figure class="chart">
    <figcaption>
      <span class="of-download"><span class="stroke"></span>download ${rate(download.at(-1))}</span>
      <span class="of-upload"><span class="stroke"></span>upload ${rate(upload.at(-1))}</span>
      <span class="hint">scale to ${rate(top)}</span>
    </figcaption>
    <svg viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label=${words}>
      ${MARKS.map((part) => svg`<path class="mark" d=${`M0 ${part * HEIGHT}H${WIDTH}`}/>`)}
      <path class="download-area" d=${area(down)}/>
      <path class="download-line" d=${path(down)}/>
      <path class="upload-line" d=${path(points(upload, top, span))}/>
    </svg>
    <div class="axis hint" aria-hidden="true"><span>${seconds(span)} ago</span><span>now</span></div>
  </figure>`;
}
