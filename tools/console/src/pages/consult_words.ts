// Words and the bell of the consultations' page.

import type { ConsultTopic } from '../generated/messages';
import { words, type Key, type Language } from '../words';

export function topicName(topic: ConsultTopic, language: Language): string {
  return words(language, `consult.topic_${topic}` as Key);
}

/** A language's name in the console's; its code, if the browser knows none. */
export function tongue(code: string, language: Language): string {
  try {
    return new Intl.DisplayNames([language], { type: 'language' }).of(code) ?? code;
  } catch {
    return code;
  }
}

const every_ms = 3000;
const sound_key = 'consult.sound';

/** Two soft tones, again and again, while somebody may be answered. */
export class Bell {
  private context: AudioContext | null = null;
  private timer: ReturnType<typeof setInterval> | undefined;

  get on(): boolean {
    return localStorage.getItem(sound_key) !== 'off';
  }
  set on(on: boolean) {
    localStorage.setItem(sound_key, on ? 'on' : 'off');
    if (on) this.wake();
  }
  /** Browsers let a page sound only after something was pressed. */
  wake(): void {
    this.context ??= new AudioContext();
    void this.context.resume();
  }
  ring(wanted: boolean): void {
    if (wanted === (this.timer !== undefined)) return;
    clearInterval(this.timer);
    this.timer = wanted ? setInterval(() => this.chime(), every_ms) : undefined;
    if (wanted) this.chime();
  }

  private chime(): void {
    const { context } = this;
    if (!this.on || context?.state !== 'running') return;
    for (const [pitch, after] of [[659, 0], [880, 0.3]] as const) {
      const tone = context.createOscillator();
      const volume = context.createGain();
      const from = context.currentTime + after;
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.15, from);
      volume.gain.exponentialRampToValueAtTime(0.001, from + 0.6);
      tone.connect(volume).connect(context.destination);
      tone.start(from);
      tone.stop(from + 0.6);
    }
  }
}
