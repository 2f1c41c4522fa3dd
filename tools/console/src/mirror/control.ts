import { h } from '../dom';
import type { Control } from '../generated/messages';
import { words } from '../words';
import { mirrorText, mirrorWords, type Reading } from './text';

export interface Pointing {
  /** The control with the ring; empty for none. */
  at: string;
  /** Called with the control's id. */
  point: (control: string) => void;
}

/** A button that points at the control; its accessible name begins with the kiosk's own words. */
export function mirrorControl(control: Control, reading: Reading, pointing: Pointing): HTMLElement {
  const pointed = pointing.at === control.id;
  const state = [
    control.selected && words(reading.console, 'mirror.selected'),
    !control.enabled && words(reading.console, 'mirror.disabled'),
  ].filter((one): one is string => one !== false);
  const name = words(reading.console, 'mirror.point_at', { label: mirrorWords(control.label, reading) });
  const note = control.note ? [mirrorWords(control.note, reading)] : [];
  return h(
    'button',
    {
      type: 'button',
      class: `control role-${control.role}${control.enabled ? '' : ' disabled'}${control.selected ? ' selected' : ''}`,
      'data-key': `control.${control.id}`,
      'data-control': control.id,
      'aria-pressed': pointed ? 'true' : 'false',
      'aria-label': [name, ...note, ...state].join(words(reading.console, 'mirror.comma')),
      click: () => pointing.point(control.id),
    },
    h('span', { class: 'control-label' }, mirrorText(control.label, reading)),
    control.note && h('span', { class: 'control-note' }, mirrorText(control.note, reading)),
    pointed && h('span', { class: 'ring-mark', lang: reading.console }, words(reading.console, 'mirror.pointing')),
  );
}
