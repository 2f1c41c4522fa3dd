// One text of the kiosk's screen. Private words never come; where they stand, that is said.

import { h } from '../dom';
import type { Text } from '../generated/messages';
import { kioskWords, words, type Language } from '../words';

/** In which language the kiosk's words are shown, and in which the console speaks itself. */
export interface Reading {
  kiosk: string;
  console: Language;
}

export function mirrorText(text: Text, reading: Reading): Node {
  const said = kioskWords(text, reading.kiosk);
  if (said === null) return h('span', { class: 'withheld', lang: reading.console }, words(reading.console, 'mirror.withheld'));
  return document.createTextNode(said);
}

/** The words alone, for an accessible name. */
export function mirrorWords(text: Text, reading: Reading): string {
  return kioskWords(text, reading.kiosk) ?? words(reading.console, 'mirror.withheld');
}
