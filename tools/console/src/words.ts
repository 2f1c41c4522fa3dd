// The words of the console in the language of who uses it, and of the kiosk in the language of who stands there.

import console_words from './generated/console.json';
import kiosk_words from './generated/kiosk.json';
import type { Text } from './generated/messages';
import { format, type Args } from './message_format';

export type Language = keyof typeof console_words;
export const languages = Object.keys(console_words) as Language[];
export type Key = keyof (typeof console_words)['ja'];

export function isLanguage(text: string | null): text is Language {
  return text !== null && (languages as string[]).includes(text);
}

export function isKey(text: string): text is Key {
  return text in console_words.ja;
}

export function words(language: Language, key: Key, args: Args = {}): string {
  return format(console_words[language][key], args, language);
}

const kiosk: Record<string, Record<string, string>> = kiosk_words;

/** The kiosk's languages that this console knows the words of. */
export function kioskLanguages(): string[] {
  return Object.keys(kiosk);
}

/**
 * What the kiosk shows for a text, as ui/strings/catalogue.cpp renders it: a key that is not known, or whose arguments
 * do not fit, is shown as the key itself. Private words are null, whatever came: they are not for this screen.
 */
export function kioskWords(text: Text, language: string): string | null {
  if (text.is_private) return null;
  if (text.words) return text.words[language] ?? text.words['ja'] ?? Object.values(text.words)[0] ?? '';
  if (text.key === '') return text.literal;
  const pattern = kiosk[language]?.[text.key] ?? kiosk['ja']?.[text.key];
  if (pattern === undefined) return text.key;
  try {
    return format(pattern, text.args, kiosk[language]?.[text.key] === undefined ? 'ja' : language);
  } catch {
    return text.key;
  }
}
