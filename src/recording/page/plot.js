/* Bytes over time: to the client upwards, from it downwards. */
import { quantity, time } from './format.js';

const AXIS = 18;
/** Steps between the marks on the time axis, in ms, from which the first is taken that leaves room for their texts. */
const STEPS = [
  100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, 36e5, 72e5, 216e5,
  432e5, 864e5,
];
const MARK_WIDTH = 90;

export class Plot {
  #canvas;
  #tip;
  #histogram;
  #duration;
  #position = 0;
  #hover;

  /** `seek` is called with the time of a place that was clicked. */
  constructor(canvas, tip, { histogram, durationMs }, seek) {
    this.#canvas = canvas;
    this.#tip = tip;
    this.#histogram = histogram;
    this.#duration = Math.max(durationMs, 1);
    canvas.onpointerdown = (event) => {
      canvas.setPointerCapture(event.pointerId);
      seek(this.#timeAt(event));
    };
    canvas.onpointermove = (event) => {
      if (event.buttons & 1) seek(this.#timeAt(event));
      this.#show(event);
    };
    canvas.onpointerleave = () => this.#show(undefined);
    new ResizeObserver(() => this.draw()).observe(canvas);
  }

  set position(ms) {
    this.#position = ms;
    this.draw();
  }

  #timeAt(event) {
    const { left, width } = this.#canvas.getBoundingClientRect();
    const part = (event.clientX - left) / width;
    return Math.min(1, Math.max(0, part)) * this.#duration;
  }

  #show(event) {
    this.#hover = event === undefined ? undefined : this.#timeAt(event);
    this.#tip.hidden = event === undefined;
    if (event !== undefined) {
      const width = this.#canvas.clientWidth;
      const column = Math.floor((this.#hover / this.#duration) * width);
      const [up, down] = this.#bytesAt(column, width);
      this.#tip.textContent = `${time(this.#hover)}   ↑ ${quantity(up)} to client   ↓ ${quantity(down)} from client`;
      const half = this.#tip.offsetWidth / 2;
      this.#tip.style.left = `${Math.min(width - half, Math.max(half, column))}px`;
    }
    this.draw();
  }

  /** Bytes each way in the time that a column of pixels stands for: its share of each interval that it touches. The last
   * column has all that is left of the interval in which the recording ends. */
  #bytesAt(column, columns) {
    const { interval, toClient, fromClient } = this.#histogram;
    const intervals = this.#duration / interval;
    const begin = (column / columns) * intervals;
    const end =
      column + 1 < columns ? ((column + 1) / columns) * intervals : Math.floor(intervals) + 1;
    const sums = [0, 0];
    for (let at = Math.floor(begin); at < end && at < toClient.length; at++) {
      const share = Math.min(end, at + 1) - Math.max(begin, at);
      sums[0] += toClient[at] * share;
      sums[1] += fromClient[at] * share;
    }
    return sums;
  }

  draw() {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const scale = devicePixelRatio;
    this.#canvas.width = width * scale;
    this.#canvas.height = height * scale;
    const context = this.#canvas.getContext('2d');
    context.scale(scale, scale);
    this.#drawBars(context, width, height - AXIS);
    this.#drawAxis(context, width, height);
    this.#drawLine(context, this.#position, '#e8ecff', width, height);
    if (this.#hover !== undefined) this.#drawLine(context, this.#hover, '#8d97c9', width, height);
  }

  /** By the square root, and each direction by itself, so that a key stroke is seen beside a picture. */
  #drawBars(context, width, height) {
    const columns = Array.from({ length: width }, (_, column) => this.#bytesAt(column, width));
    const peaks = [0, 1].map((way) => Math.max(1, ...columns.map((sums) => sums[way])));
    const up = Math.round(height * 0.7);
    const length = (bytes, most, room) =>
      bytes > 0 ? Math.max(1.5, Math.sqrt(bytes / most) * room) : 0;
    const played = (this.#position / this.#duration) * width;
    for (const [column, [out, back]] of columns.entries()) {
      context.globalAlpha = column <= played ? 1 : 0.55;
      context.fillStyle = '#4de1c1';
      context.fillRect(column, up, 1, -length(out, peaks[0], up - 6));
      context.fillStyle = '#ffb454';
      context.fillRect(column, up + 1, 1, length(back, peaks[1], height - up - 4));
    }
    context.globalAlpha = 1;
    context.fillStyle = '#2a3164';
    context.fillRect(0, up, width, 1);
  }

  #drawAxis(context, width, height) {
    const fits = (step) => (step / this.#duration) * width >= MARK_WIDTH;
    const step = STEPS.find(fits) ?? this.#duration;
    context.font = '11px system-ui, sans-serif';
    context.fillStyle = '#8d97c9';
    for (let at = step; at < this.#duration; at += step) {
      const x = (at / this.#duration) * width;
      context.fillRect(x, height - AXIS, 1, 4);
      const text = time(at);
      const room = context.measureText(text).width;
      if (x + room / 2 < width) context.fillText(text, x - room / 2, height - 4);
    }
  }

  #drawLine(context, ms, color, width, height) {
    const x = Math.min(width - 2, (ms / this.#duration) * width);
    context.fillStyle = color;
    context.fillRect(x, 0, 2, height);
  }
}
