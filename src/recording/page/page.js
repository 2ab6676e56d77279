/* wsreplay's page: its elements, and what the user does with them. */
import { BytesView } from './bytes-view.js';
import { quantity, time } from './format.js';
import { PictureView } from './picture-view.js';
import { Player } from './player.js';
import { Plot } from './plot.js';
import { loadSummary } from './recording.js';

const STEP_MS = 5000;
const find = (id) => document.querySelector(`#${id}`);

function showFacts({ name, facts, toClient, fromClient, complete }) {
  document.title = `${name} – wsreplay`;
  find('name').textContent = name;
  const rows = {
    ...facts,
    'to client': quantity(toClient.bytes),
    'from client': quantity(fromClient.bytes),
  };
  if (!complete) rows['ended'] = 'breaks off';
  find('facts').replaceChildren(
    ...Object.entries(rows).map(([key, value]) => {
      const row = document.createElement('div');
      row.append(document.createElement('dt'), document.createElement('dd'));
      row.firstChild.textContent = key;
      row.lastChild.textContent = value;
      return row;
    }),
  );
}

function connectControls(player, summary) {
  const act = (promise) => promise?.catch(complain);
  const toggle = () => act(player.playing ? player.pause() : player.play());
  const seek = (ms) => act(player.seek(ms));
  find('seek').max = summary.durationMs;
  find('seek').oninput = (event) => seek(event.target.valueAsNumber);
  find('play').onclick = toggle;
  find('restart').onclick = () => seek(0);
  find('speed').onchange = (event) => {
    player.speed = Number(event.target.value);
  };
  find('skip').onchange = (event) => {
    player.skipsSilence = event.target.checked;
  };
  const keys = {
    ' ': toggle,
    Home: () => seek(0),
    End: () => seek(summary.durationMs),
    ArrowLeft: () => seek(player.position - STEP_MS),
    ArrowRight: () => seek(player.position + STEP_MS),
  };
  document.addEventListener('keydown', (event) => {
    if (!(event.key in keys) || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.matches('select') || (event.key === ' ' && hasOwnSpace(event.target))) return;
    event.preventDefault();
    keys[event.key]();
  });
  for (const id of ['seek', 'play', 'restart']) find(id).disabled = false;
  return seek;
}

function hasOwnSpace(element) {
  return element.matches('button, input[type=checkbox]');
}

function connectViews(player, summary) {
  const views = { picture: new PictureView(find('picture')), bytes: new BytesView(find('bytes')) };
  const show = async (name) => {
    for (const other of Object.keys(views)) {
      find(other).hidden = other !== name;
      find(`view-${other}`).setAttribute('aria-pressed', String(other === name));
    }
    await player.show(views[name]);
  };
  find('views').hidden = !summary.rfb;
  for (const name of Object.keys(views))
    find(`view-${name}`).onclick = () => show(name).catch(complain);
  return show;
}

function complain(error) {
  document.body.dataset.state = 'failed';
  find('message').textContent = error.message;
}

async function main() {
  const summary = await loadSummary();
  showFacts(summary);
  const player = new Player(summary, ({ position, state, notice }) => {
    document.body.dataset.state = state;
    find('message').textContent = state === 'seeking' ? 'Getting there …' : notice;
    find('play').setAttribute('aria-label', state === 'playing' ? 'Pause' : 'Play');
    find('time').textContent = `${time(position)} / ${time(summary.durationMs)}`;
    find('seek').value = position;
    plot.position = position;
  });
  const seek = connectControls(player, summary);
  const plot = new Plot(find('plot'), find('tip'), summary, seek);
  const show = connectViews(player, summary);
  await show(summary.rfb ? 'picture' : 'bytes');
}

main().catch(complain);
