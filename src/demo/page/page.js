/* Shows an RFB server whose port speaks WebSocket. Which one: port=… in the address, else the demo's own. */
import RFB from './novnc/core/rfb.js';

const status = document.querySelector('#status');
const login = document.querySelector('#login');

function show(state, words) {
  status.dataset.state = state;
  status.textContent = words;
}

async function address() {
  const asked = new URLSearchParams(location.search).get('port');
  if (asked !== null) document.querySelector('#hint').hidden = true;
  const port = asked ?? (await (await fetch('settings.json')).json()).port;
  return `ws://${location.hostname}:${Number(port)}`;
}

function askForCredentials(rfb, types) {
  document.querySelector('#user-row').hidden = !types.includes('username');
  login.hidden = false;
  document.querySelector(types.includes('username') ? '#username' : '#password').focus();
  login.onsubmit = (event) => {
    event.preventDefault();
    login.hidden = true;
    rfb.sendCredentials({
      username: document.querySelector('#username').value,
      password: document.querySelector('#password').value,
    });
    rfb.focus();
  };
}

function connect(url) {
  const screen = document.querySelector('#screen');
  const rfb = new RFB(screen, url);
  rfb.addEventListener('connect', () => {
    const { width, height } = screen.querySelector('canvas');
    screen.style.width = `${width}px`;
    screen.style.height = `${height}px`;
    show('connected', `Connected to ${url}`);
    rfb.focus();
  });
  rfb.addEventListener('disconnect', (event) => {
    show(
      'disconnected',
      event.detail.clean ? 'The server ended the connection.' : `No connection to ${url}`,
    );
  });
  rfb.addEventListener('desktopname', (event) => {
    document.title = event.detail.name;
  });
  rfb.addEventListener('credentialsrequired', (event) =>
    askForCredentials(rfb, event.detail.types),
  );
  rfb.addEventListener('securityfailure', (event) => {
    show('disconnected', `The server refused: ${event.detail.reason ?? event.detail.status}`);
  });
}

connect(await address());
