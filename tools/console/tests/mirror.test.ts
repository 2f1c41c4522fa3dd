import { beforeEach, describe, expect, it, vi } from 'vitest';
import { replaceContent } from '../src/dom';
import type { Body, Screen } from '../src/generated/messages';
import { illustration, pictogram } from '../src/mirror/picture';
import { mirrorScreen } from '../src/mirror/screen';
import type { Reading } from '../src/mirror/text';
import { controlsOf } from '../src/pages/session';
import samples from './screens.json';

// tests/unit/gateway_staff/screens_test.cpp holds the same file against firmware/message/screen.h.
const screens = samples as unknown as Screen[];
const ja: Reading = { kiosk: 'ja', console: 'ja' };
const en: Reading = { kiosk: 'en', console: 'en' };

function screen(name: string): Screen {
  const found = screens.find((one) => one.name === name);
  if (!found) throw new Error(`no sample ${name}`);
  return structuredClone(found);
}
function draw(one: Screen, reading: Reading = ja, at = '', point: (control: string) => void = () => {}): HTMLElement {
  const element = mirrorScreen(one, reading, { at, point });
  document.body.replaceChildren(element);
  return element;
}
const buttons = (element: HTMLElement) => [...element.querySelectorAll<HTMLButtonElement>('button')];

beforeEach(() => document.body.replaceChildren());

describe('mirror', () => {
  it('the samples have every body', () => {
    const all: Record<Body['type'], true> = {
      notice: true, menu: true, pin_pad: true, form: true, review: true, working: true, checklist: true, rating: true,
      practice: true, video_call: true,
    };
    expect(new Set(screens.map(({ body }) => body.type))).toEqual(new Set(Object.keys(all)));
  });

  for (const sample of screens) {
    it(`${sample.name}: every control can be pointed at, and nothing else can be chosen`, () => {
      const element = draw(sample);
      expect(buttons(element).map((one) => one.dataset['control'])).toEqual(
        expect.arrayContaining(controlsOf(sample).map(({ id }) => id)));
      expect(buttons(element)).toHaveLength(controlsOf(sample).length);
      expect(element.querySelectorAll('a, input, select, textarea, form, [tabindex]')).toHaveLength(0);
      for (const button of buttons(element)) expect(button.type).toBe('button');
    });
    it(`${sample.name}: says every word of the kiosk`, () => {
      for (const reading of [ja, en]) {
        const said = draw(sample, reading).textContent;
        expect(said).not.toMatch(/[a-z_]+\.[a-z_]+/); // a key that has no words
        expect(said.length).toBeGreaterThan(10);
      }
    });
  }

  it('a click points and presses nothing', () => {
    const point = vi.fn();
    const element = draw(screen('review'), ja, '', point);
    element.querySelector<HTMLElement>('[data-control="pay"]')!.click();
    expect(point.mock.calls).toEqual([['pay']]);
  });

  it('a control that cannot be pressed can be pointed at', () => {
    const point = vi.fn();
    const button = draw(screen('pin'), ja, '', point).querySelector<HTMLButtonElement>('[data-control="ok"]')!;
    expect(button.disabled).toBe(false);
    expect(button.textContent).toBe('確認 押せません、指し示す');
    button.click();
    expect(point).toHaveBeenCalledWith('ok');
  });

  it('the ring is around what is pointed at, and is said', () => {
    const element = draw(screen('kind'), ja, 'kind.seal');
    const pressed = buttons(element).filter((one) => one.getAttribute('aria-pressed') === 'true');
    expect(pressed.map((one) => one.dataset['control'])).toEqual(['kind.seal']);
  });

  it("a name is the kiosk's own words, then what the button does", () => {
    const name = (reading: Reading) => draw(screen('kind'), reading).querySelector('[data-control="kind.tax"]')!.textContent;
    expect(name(ja)).toBe('所得・課税証明書1通1,250円 指し示す');
    expect(name(en)).toBe('Income and tax certificate1,250 yen a copy point at this');
  });

  it('private words are not shown, even if the kiosk sent them by mistake', () => {
    const options = screen('options');
    if (options.body.type !== 'form') throw new Error('sample');
    options.body.fields[0]!.controls[1]!.label = { key: '', args: {}, literal: '豊中 花子', is_name: true, is_private: true };
    expect(draw(options).outerHTML).not.toContain('花子');
    expect(draw(options).textContent).toContain('（本人だけに見えます）');
  });

  it("the kiosk's own pictures stand where the kiosk has them, and a screen reader passes them over", () => {
    for (const sample of screens) {
      const element = draw(sample);
      for (const control of controlsOf(sample)) {
        const signs = element.querySelectorAll(`[data-control="${control.id}"] > svg.pictogram`);
        if (control.icon !== '') expect(signs, `${sample.name} ${control.icon}`).toHaveLength(1);
      }
      const { body } = sample;
      const large = body.type === 'notice' ? [!body.link && body.picture] : body.type === 'working' ? [body.picture]
        : body.type === 'checklist' ? body.items.map(({ picture }) => picture) : [];
      expect(element.querySelectorAll('svg.illustration'), sample.name).toHaveLength(large.filter(Boolean).length);
      for (const svg of element.querySelectorAll('svg')) expect(svg.getAttribute('aria-hidden')).toBe('true');
    }
  });

  it('a picture is drawn with the paths of ui/kit, and a name that is not known with nothing', () => {
    const minus = pictogram('minus')!.querySelector('path')!;
    expect([minus.getAttribute('d'), minus.getAttribute('stroke-width'), minus.getAttribute('fill')]).toEqual(['M 9 24 H 39', '5', 'none']);
    expect(pictogram('minus')!.querySelector('.stroke-line')).not.toBeNull();
    const info = pictogram('info')!.querySelectorAll('path');
    expect(info[0]!.getAttribute('d')).toBe('M 44 24 A 20 20 0 1 1 4 24 A 20 20 0 1 1 44 24 Z');
    expect([info[2]!.getAttribute('fill'), info[2]!.getAttribute('stroke')]).toEqual(['#ffffff', 'none']);
    expect(illustration('remove_card')!.querySelectorAll('g')[3]!.getAttribute('transform')).toBe('translate(120 46) rotate(-8)');
    expect(pictogram('unicorn')).toBeNull();
    expect(illustration('')).toBeNull();
  });

  it('words cannot become elements', () => {
    const notice = screen('error');
    notice.title = { key: '', args: {}, literal: '<img src=x onerror=alert(1)>', is_name: false, is_private: false };
    expect(draw(notice).querySelector('img')).toBeNull();
  });

  it("the resident's words carry the resident's language", () => {
    const element = draw(screen('pin'), { kiosk: 'en', console: 'ja' });
    expect(element.lang).toBe('en');
    expect(element.querySelector('.tries')!.getAttribute('lang')).toBe('ja');
  });

  it('the focus stays where it was when the screen is drawn anew', () => {
    const place = document.createElement('div');
    document.body.append(place);
    const put = (one: Screen) => replaceContent(place, mirrorScreen(one, ja, { at: '', point: () => {} }));
    put(screen('pin'));
    place.querySelector<HTMLElement>('[data-control="digit.7"]')!.focus();
    const next = screen('pin');
    if (next.body.type === 'pin_pad') next.body.entered = 3;
    put(next);
    expect((document.activeElement as HTMLElement).dataset['control']).toBe('digit.7');
    expect(place.querySelectorAll('.dot.filled')).toHaveLength(3);
  });
});
