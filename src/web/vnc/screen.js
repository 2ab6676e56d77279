/* Shows an RFB server whose port speaks WebSocket, in a page that has #status, #screen and #login. */
import RFB from '../novnc/core/rfb.js';

const status = document.querySelector('#status');
const login = document.querySelector('#login');

function show(state, words) {
  status.dataset.state = state;
  status.textContent = words;
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

/** `fit` scales the picture to the size of #screen; otherwise #screen takes the size of the picture. */
export function connect(url, { fit = false } = {}) {
  const screen = document.querySelector('#screen');
  const rfb = new RFB(screen, url);
  rfb.scaleViewport = fit;
  rfb.addEventListener('connect', () => {
    if (!fit) takeSizeOfPicture(screen);
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

function takeSizeOfPicture(screen) {
  const { width, height } = screen.querySelector('canvas');
  screen.style.width = `${width}px`;
  screen.style.height = `${height}px`;
}
