// Lets a browser in that was led here with a token behind the # of the address. Knows nothing of the page itself.

const SAID = '#token=';

async function enter() {
  if (!location.hash.startsWith(SAID)) {
    return;
  }
  const token = location.hash.slice(SAID.length);
  // Not to be seen, or kept by the browser, for longer than that takes.
  history.replaceState(null, '', '/');
  let answer;
  try {
    answer = await fetch(`/?token=${encodeURIComponent(token)}`, { cache: 'no-store' });
  } catch {
    tellThatItEnded();
    return;
  }
  if (answer.ok) {
    location.replace('/');
  }
}

// What stands there says that the token is wrong, which nobody knows.
function tellThatItEnded() {
  const title = document.createElement('h1');
  title.textContent = 'This peer does not answer';
  const text = document.createElement('p');
  const command = document.createElement('code');
  command.textContent = 'shoal up --open';
  text.append('It has ended, it seems. Type ', command, ': it starts the peer and opens its page.');
  document.querySelector('main').replaceChildren(title, text);
}

enter();
