/* The bytes of any protocol: a record each in hexadecimal and text, those of the last moments. */
import { quantity, time } from './format.js';

const ROWS_MAX = 600;
/** Of a record, until one asks for all of it. */
const BYTES_SHOWN = 256;
const BYTES_A_LINE = 16;

export class BytesView {
  /** What was before need not be read to show a moment. */
  needsAll = false;
  notice = '';
  #place;

  constructor(place) {
    this.#place = place;
  }

  begin() {
    this.#place.replaceChildren();
  }

  end() {}
  async drawn() {}

  feed(record) {
    if (this.#place.childElementCount >= ROWS_MAX) this.#place.firstElementChild.remove();
    this.#place.append(row(record));
  }

  /** The rows up to now are there: the last one is what is looked at. */
  at() {
    this.#place.querySelector('.current')?.classList.remove('current');
    const last = this.#place.lastElementChild;
    last?.classList.add('current');
    last?.scrollIntoView({ block: 'end' });
  }
}

function row({ toClient, ms, payload }) {
  const article = document.createElement('article');
  article.className = toClient ? 'to-client' : 'from-client';
  const dump = document.createElement('pre');
  fill(dump, payload.subarray(0, BYTES_SHOWN), 0);
  article.append(
    element('time', '', time(ms)),
    element('span', 'way', toClient ? 'to client' : 'from client'),
    element('span', 'size', quantity(payload.length)),
    dump,
  );
  if (payload.length > BYTES_SHOWN) article.append(moreButton(dump, payload));
  return article;
}

function moreButton(dump, payload) {
  const rest = payload.subarray(BYTES_SHOWN);
  const button = element('button', '', `${quantity(rest.length)} more`);
  button.onclick = () => {
    fill(dump, rest, BYTES_SHOWN);
    button.remove();
  };
  return button;
}

/** Text nodes only: what was recorded is never markup. */
function fill(dump, bytes, offset) {
  for (let at = 0; at < bytes.length; at += BYTES_A_LINE) {
    const line = [...bytes.subarray(at, at + BYTES_A_LINE)];
    const hex = line.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = line.map((byte) =>
      byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·',
    );
    dump.append(
      `${(offset + at).toString(16).padStart(4, '0')}  ${hex.padEnd(3 * BYTES_A_LINE)} `,
      element('b', '', text.join('')),
      '\n',
    );
  }
}

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}
