// One text of the kiosk's screen. Private words never come; where they stand, that is said.

import { h } from '../dom';
import type { Text } from '../generated/messages';
import { kioskWords, type Language } from '../words';

/** In which language the kiosk's words are shown, and in which the console speaks itself. */
export interface Reading {
  kiosk: string;
  console: Language;
}

export function mirrorText(text: Text, reading: Reading): Node {
  const said = mirrorWords(text, reading);
  // What firmware/help/mask.cpp puts in the place of private words.
  const withheld = text.is_private || text.key === 'mirror.covered';
  return withheld ? h('span', { class: 'withheld' }, said) : document.createTextNode(said);
}

/** The words alone, for an accessible name. */
export function mirrorWords(text: Text, reading: Reading): string {
  return kioskWords(text, reading.kiosk) ?? kioskWords({ ...text, key: 'mirror.covered', is_private: false }, reading.kiosk) ?? '';
}
