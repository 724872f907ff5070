// Lets a browser in that was led here with a token behind the # of the address. Knows nothing of the page itself.

const SAID = '#token=';

async function enter() {
  if (!location.hash.startsWith(SAID)) {
    return;
  }
  const token = location.hash.slice(SAID.length);
  // Not to be seen, or kept by the browser, for longer than that takes.
  history.replaceState(null, '', '/');
  const answer = await fetch(`/?token=${encodeURIComponent(token)}`, { cache: 'no-store' });
  if (answer.ok) {
    location.replace('/');
  }
}

enter();
