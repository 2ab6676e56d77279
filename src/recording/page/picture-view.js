/* The picture of an RFB session: noVNC, fed with what the server said then. */
import RFB from './novnc/core/rfb.js';

/** What noVNC takes for its connection. What it says goes nowhere: it was answered when the session was recorded. */
class Channel {
  binaryType = 'arraybuffer';
  protocol = '';
  readyState = 'open';
  onopen = () => {};
  onmessage = () => {};
  onerror = () => {};
  onclose = () => {};
  send() {}
  /** noVNC waits for the end, and complains in the console when that does not come. */
  close() {
    queueMicrotask(() => this.onclose({ code: 1000 }));
  }
}

export class PictureView {
  /** A picture comes about from everything before it. */
  needsAll = true;
  /** What the user should know; '' when there is nothing. */
  notice = '';
  #place;
  #rfb;
  #channel;

  constructor(place) {
    this.#place = place;
  }

  begin() {
    this.end();
    this.notice = '';
    this.#channel = new Channel();
    const rfb = new RFB(this.#place, this.#channel);
    this.#rfb = rfb;
    rfb.addEventListener('disconnect', () => {
      if (this.#rfb === rfb) this.#giveUp();
    });
    this.#rfb.viewOnly = true;
    this.#rfb.scaleViewport = true;
    this.#rfb.background = 'transparent';
    /* Any password will do: the server has accepted the one that was given then. */
    this.#rfb.addEventListener('credentialsrequired', () =>
      this.#rfb.sendCredentials({ username: '-', password: '-', target: '-' }),
    );
  }

  end() {
    this.#rfb?.disconnect();
    this.#rfb = undefined;
    this.#place.replaceChildren();
  }

  /** Resolves when noVNC has drawn what it got so far; it decodes pictures in the background. */
  async drawn() {
    const display = this.#rfb?._display;
    while (display?.pending()) await display.flush();
  }

  #giveUp() {
    this.#rfb = undefined;
    this.notice = 'noVNC cannot read this session from here on. The bytes are under “Bytes”.';
  }

  feed({ toClient, payload }) {
    if (toClient && this.#rfb !== undefined)
      this.#channel.onmessage({ data: payload.slice().buffer });
  }

  at() {}
}
