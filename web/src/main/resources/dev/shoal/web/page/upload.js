// What was dropped on the page, on its way to the peer. Owns the slices and their order; the peer keeps them.

import { putBytes, remove } from './api.js';

/** What one request carries: little enough to be there in half a minute, and to be sent again. */
const SLICE_BYTES = 16 * 1024 * 1024;

/** A page that lists more would hang; a folder of that kind is shared by its path. */
const MOST_FILES = 10_000;

async function entriesOf(folder) {
  const reader = folder.createReader();
  const all = [];
  for (;;) {
    // A reader gives some at a time, and none when it is through.
    const some = await new Promise((resolve, reject) => { reader.readEntries(resolve, reject); });
    if (some.length === 0) {
      return all;
    }
    all.push(...some);
  }
}

async function walk(entry, path, files) {
  if (files.length >= MOST_FILES) {
    throw new Error(`More than ${MOST_FILES} files: share such a folder by its path.`);
  }
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => { entry.file(resolve, reject); });
    files.push({ path: path + entry.name, file });
  } else {
    for (const inner of await entriesOf(entry)) {
      await walk(inner, `${path}${entry.name}/`, files);
    }
  }
}

/** The files of what was dropped, with their paths; folders as a whole. */
export async function dropped(transfer) {
  // Both lists are empty as soon as the browser goes on.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter((entry) => entry);
  const plain = [...transfer.files].map((file) => ({ path: file.name, file }));
  if (entries.length === 0) {
    return plain;
  }
  const files = [];
  for (const entry of entries) {
    await walk(entry, '', files);
  }
  return files;
}

/** The files that a file field has. */
export const picked = (input) => [...input.files]
  .map((file) => ({ path: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath, file }));

export const bytesOf = (files) => files.reduce((sum, each) => sum + each.file.size, 0);

/** What stands at the top of them: that many names are shared, or one folder of them. */
export const tops = (files) => [...new Set(files.map((each) => each.path.split('/')[0]))];

/** Sends files. Answers what the peer knows them by; `moved(bytes)` hears how far it is. */
export async function upload(files, moved, signal) {
  const drop = crypto.randomUUID();
  let done = 0;
  try {
    for (const { path, file } of files) {
      const target = `/drops/${drop}/${path.split('/').map(encodeURIComponent).join('/')}`;
      let offset = 0;
      do {
        const slice = file.slice(offset, offset + SLICE_BYTES);
        await putBytes(target, { offset, bytes: file.size }, slice, signal);
        offset += slice.size;
        done += slice.size;
        moved(done);
      } while (offset < file.size);
    }
  } catch (e) {
    await remove(`/drops/${drop}`).catch(() => null);
    throw e;
  }
  return drop;
}
