/* Time and the records: hands each record to the view when its moment has come. */
import { offsetAt, records } from './recording.js';

/** How long records are handed over at a stretch before the page gets its turn. */
const SLICE_MS = 12;
/** Longer silence is skipped, if that is wanted, but for this much before what follows. */
const SILENCE_MS = 1500;
const LEAD_MS = 300;
/** So much of the file before a moment is shown with it, where what was before need not be read. */
const CONTEXT_BYTES = 16384;

export class Player {
  speed = 1;
  skipsSilence = false;
  #summary;
  #view;
  #changed;
  #position = 0;
  #playing = false;
  /** Counts views, jumps and the like: whoever works for an earlier one stops. */
  #run = 0;

  /** `changed` is called with { position, state, notice } whenever one of them is another; the notice is the view's. */
  constructor(summary, changed) {
    this.#summary = summary;
    this.#changed = changed;
  }

  get position() {
    return this.#position;
  }

  get playing() {
    return this.#playing;
  }

  /** Shows the moment that was shown before in another view. */
  async show(view) {
    this.#view?.end();
    this.#view = view;
    await this.#start(this.#position);
  }

  async play() {
    if (this.#playing) return;
    this.#playing = true;
    if (this.#position >= this.#summary.durationMs) await this.#start(0);
    else await this.#start(this.#position);
  }

  pause() {
    this.#playing = false;
    this.#run++;
    this.#tell(this.#position >= this.#summary.durationMs ? 'ended' : 'paused');
  }

  async seek(ms) {
    await this.#start(Math.min(Math.max(ms, 0), this.#summary.durationMs));
  }

  #cursor;
  #next;
  /** The moment up to which the view has been fed. */
  #fed = -1;
  #fedView;

  async #start(target) {
    const run = ++this.#run;
    const current = () => run === this.#run;
    this.#position = target;
    this.#tell('seeking');
    await this.#catchUp(target, current);
    if (!current()) return;
    if (this.#playing) await this.#playOn(current);
    else this.#tell(target >= this.#summary.durationMs ? 'ended' : 'paused');
  }

  /** Only one run at a time reads on. */
  #reading = Promise.resolve();

  #catchUp(target, current) {
    this.#reading = this.#reading.then(() => this.#feedUpTo(target, current));
    return this.#reading;
  }

  async #feedUpTo(target, current) {
    if (!current()) return;
    const start = this.#view.needsAll ? 0 : this.#offsetBefore(target);
    const skips = start > offsetAt(this.#summary.histogram, this.#fed);
    if (this.#fedView !== this.#view || target < this.#fed || skips) this.#begin(start);
    let turn = performance.now();
    for (;;) {
      this.#next ??= (await this.#cursor.next()).value;
      if (this.#next === undefined || this.#next.ms > target) break;
      this.#view.feed(this.#next);
      this.#fed = this.#next.ms;
      this.#next = undefined;
      await this.#view.drawn();
      if (performance.now() - turn > SLICE_MS) {
        await new Promise((resolve) => setTimeout(resolve));
        turn = performance.now();
        if (!current()) return;
      }
    }
    this.#fed = Math.max(this.#fed, target);
    this.#view.at();
  }

  /** The place of something shortly before that time. */
  #offsetBefore(ms) {
    const { offsets } = this.#summary.histogram;
    const latest = offsetAt(this.#summary.histogram, ms) - CONTEXT_BYTES;
    return offsets.findLast((offset) => offset >= 0 && offset <= latest) ?? 0;
  }

  #begin(offset) {
    this.#view.begin();
    this.#fedView = this.#view;
    this.#cursor = records(this.#summary.encoding, offset);
    this.#next = undefined;
    this.#fed = -1;
  }

  async #playOn(current) {
    const end = this.#summary.durationMs;
    let before = performance.now();
    this.#tell('playing');
    while (current() && this.#position < end) {
      const now = await new Promise(requestAnimationFrame);
      if (!current()) return;
      this.#position = Math.min(end, this.#position + Math.max(0, now - before) * this.speed);
      before = now;
      this.#skipSilence();
      await this.#catchUp(this.#position, current);
      if (current()) this.#tell('playing');
    }
    if (!current()) return;
    this.#playing = false;
    this.#tell('ended');
  }

  #skipSilence() {
    const until = this.#next === undefined ? this.#position : this.#next.ms;
    if (this.skipsSilence && until - this.#position > SILENCE_MS) this.#position = until - LEAD_MS;
  }

  #tell(state) {
    this.#changed({ position: this.#position, state, notice: this.#view.notice });
  }
}
