// Small pictures beside words: 20 × 20, drawn in the colour of the text. They say nothing by themselves.

import { html, svg } from './dom.js';

const SHAPES = {
  find: svg`<circle cx="9" cy="9" r="5.5"/><path d="m13.2 13.2 4.3 4.3"/>`,
  downloads: svg`<path d="M10 3v9.5m-4-4 4 4 4-4M3.5 16.5h13"/>`,
  shares: svg`<path d="M10 13V3.5m-4 4 4-4 4 4M3.5 12v4.5h13V12"/>`,
  synced: svg`<path d="M16.5 8.5A6.7 6.7 0 0 0 4.4 6.6M3.5 3.5v3.7h3.7"/>
    <path d="M3.5 11.5a6.7 6.7 0 0 0 12.1 1.9m.9 3.1v-3.7h-3.7"/>`,
  people: svg`<circle cx="7.5" cy="7" r="3"/><path d="M2 16.5c.4-3 2.6-4.5 5.5-4.500s5.1 1.5 5.5 4.5"/>
    <path d="M13 4.300a3 3 0 0 1 0 5.400m2 2.900c1.7.6 2.8 1.9 3 3.9"/>`,
  activity: svg`<path d="M2.5 10.500h3.500l2.5-6 3.5 11 2.5-5h3"/>`,
  settings: svg`<path d="M3 6h6m5 0h3M3 14h3m5 0h6"/><circle cx="11.5" cy="6" r="2"/><circle cx="8.5" cy="14" r="2"/>`,
  account: svg`<circle cx="10" cy="7" r="3.5"/><path d="M3.5 17c.6-3.5 3.2-5 6.5-5s5.9 1.5 6.5 5"/>`,
  more: svg`<path d="M4 6h12M4 10h12M4 14h12"/>`,
  folder: svg`<path d="M2.5 15.500v-11h5l2 2.500h8v8.500z"/>`,
  file: svg`<path d="M5 2.500h6.500L15 6v11.500H5zM11.5 2.500V6H15"/>`,
  lock: svg`<rect x="4.5" y="9" width="11" height="8" rx="1.5"/><path d="M7 9V6.500a3 3 0 0 1 6 0V9"/>`,
  copy: svg`<rect x="7" y="7" width="10" height="10" rx="1.5"/><path d="M13 7V3H3v10h4"/>`,
  close: svg`<path d="m5 5 10 10M15 5 5 15"/>`,
  back: svg`<path d="M12.5 4 6.5 10l6 6"/>`,
  pause: svg`<path d="M7 4.500v11M13 4.500v11"/>`,
  resume: svg`<path d="M6.5 4v12l9-6z"/>`,
  warning: svg`<path d="M10 3 18 16.500H2zM10 8v4m0 1.800v.4"/>`,
  check: svg`<path d="m4 10.5 4 4 8-9"/>`,
  plus: svg`<path d="M10 4v12M4 10h12"/>`,
};

export const icon = (name) => html`<svg class="icon" viewBox="0 0 20 20" aria-hidden="true">${SHAPES[name]}</svg>`;
