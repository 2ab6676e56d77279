/* Which server to show: port=… in the address, else the demo's own. */
import { connect } from './vnc/screen.js';

async function address() {
  const asked = new URLSearchParams(location.search).get('port');
  if (asked !== null) document.querySelector('#hint').hidden = true;
  const port = asked ?? (await (await fetch('settings.json')).json()).port;
  return `ws://${location.hostname}:${Number(port)}`;
}

connect(await address());
