import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import console_words from '../src/generated/console.json';
import kiosk from '../src/generated/kiosk.json';
import { format } from '../src/message_format';
import { kioskWords, words, type Key } from '../src/words';

const text = (key: string, args: Record<string, string> = {}) =>
  ({ key, args, literal: '', is_name: false, is_private: false });

describe('message format', () => {
  it('numbers and words', () => {
    expect(format('{yen, number}円', { yen: 1200 }, 'ja')).toBe('1,200円');
    expect(format('{yen, number}円', { yen: '1234567' }, 'ja')).toBe('1,234,567円');
    expect(format('コード：{code}', { code: 'E-PAY-02' }, 'ja')).toBe('コード：E-PAY-02');
    expect(format('{ a } and { b }', { a: 'x', b: 'y' }, 'en')).toBe('x and y');
  });
  it('plural', () => {
    const pattern = '{n, plural, =0 {none} one {# try} other {# tries}}';
    expect(['0', '1', '2', '1000'].map((n) => format(pattern, { n }, 'en'))).toEqual(['none', '1 try', '2 tries', '1,000 tries']);
    expect(format('{n, plural, one {# a} other {# b}}', { n: 1 }, 'ja')).toBe('1 b');
    expect(format('{n, selectordinal, one {#st} two {#nd} other {#th}}', { n: 22 }, 'en')).toBe('22nd');
  });
  it('select, and what stands inside', () => {
    const pattern = '{month, select, 1 {Jan} 2 {Feb} other {{day} of {month}}}';
    expect(format(pattern, { month: '2', day: '3' }, 'en')).toBe('Feb');
    expect(format(pattern, { month: '4', day: '3' }, 'en')).toBe('3 of 4');
    expect(format('{n, plural, other {{what, select, a {# as} other {#}}}}', { n: 5, what: 'a' }, 'en')).toBe('5 as');
  });
  it('apostrophes quote as ICU has it', () => {
    expect(format("don't", {}, 'en')).toBe("don't");
    expect(format("don''t", {}, 'en')).toBe("don't");
    expect(format("'{'x'}' {a}", { a: 1 }, 'en')).toBe('{x} 1');
    expect(format("{n, plural, other {'#' is #}}", { n: 3 }, 'en')).toBe('# is 3');
    expect(format('# is no number here', {}, 'en')).toBe('# is no number here');
  });
  it('refuses what is missing or no number', () => {
    expect(() => format('{a}', {}, 'en')).toThrow('missing');
    expect(() => format('{a, number}', { a: 'x' }, 'en')).toThrow('whole');
    expect(() => format('{a, number}', { a: '' }, 'en')).toThrow('whole');
    expect(() => format('{a, date}', { a: 1 }, 'en')).toThrow('supported');
  });
  it('every pattern of both catalogues in both languages', () => {
    for (const catalogue of [kiosk, console_words]) {
      for (const [language, patterns] of Object.entries(catalogue)) {
        for (const [key, pattern] of Object.entries<string>(patterns)) {
          const names = [...pattern.matchAll(/\{\s*([a-z0-9_]+)\s*[,}]/g)].map((match) => match[1]!);
          const said = format(pattern, Object.fromEntries(names.map((name) => [name, 7])), language);
          expect(said, `${language} ${key}`).not.toMatch(/[{}#]/);
        }
      }
    }
  });
});

describe('words', () => {
  it('of the kiosk in its language, else in Japanese', () => {
    expect(kioskWords(text('ui.tries_left', { tries: '1' }), 'en')).toBe('You have 1 try left');
    expect(kioskWords(text('review.yen', { yen: '1250' }), 'ja')).toBe('1,250円');
    expect(kioskWords(text('review.yen', { yen: '1250' }), 'vi')).toBe('1,250円');
  });
  it('a key or an argument that does not fit is shown as the key, as on the kiosk', () => {
    expect(kioskWords(text('no.such'), 'ja')).toBe('no.such');
    expect(kioskWords(text('review.yen'), 'ja')).toBe('review.yen');
    expect(kioskWords(text('review.yen', { yen: 'many' }), 'ja')).toBe('review.yen');
  });
  it('private words never, even if they came', () => {
    expect(kioskWords({ key: '', args: {}, literal: '豊中 花子', is_name: true, is_private: true }, 'ja')).toBeNull();
    expect(kioskWords({ ...text('review.yen', { yen: '5' }), is_private: true }, 'ja')).toBeNull();
  });
  it('of the console are all used', () => {
    const source = ['src', 'src/pages', 'src/mirror']
      .flatMap((folder) => readdirSync(folder).filter((name) => name.endsWith('.ts')).map((name) => `${folder}/${name}`))
      .map((path) => readFileSync(path, 'utf8'))
      .join('\n');
    // `role.${role}`: what stands before the hole begins a key.
    const beginnings = [...source.matchAll(/`([a-z]+\.[a-z_]*)\$\{/g)].map((match) => match[1]!);
    const unused = Object.keys(console_words.ja).filter(
      (key) => !source.includes(`'${key}'`) && !beginnings.some((beginning) => key.startsWith(beginning)));
    expect(unused).toEqual([]);
  });
  it('are said with their arguments', () => {
    const left: Key = 'help.minutes';
    expect(words('ja', left, { minutes: 12 })).toBe('約12分');
    expect(words('en', left, { minutes: 1 })).toBe('about 1 minute');
  });
});
