import { h } from '../dom';
import type { Control } from '../generated/messages';
import { words } from '../words';
import { mirrorText, type Reading } from './text';

export interface Pointing {
  /** The control with the ring; empty for none. */
  at: string;
  /** Called with the control's id. */
  point: (control: string) => void;
}

/** A button that points at the control; its name is the kiosk's own words and what the button does, which only a
 * screen reader needs to be told. */
export function mirrorControl(control: Control, reading: Reading, pointing: Pointing): HTMLElement {
  const pointed = pointing.at === control.id;
  const said = [
    control.selected && words(reading.console, 'mirror.selected'),
    !control.enabled && words(reading.console, 'mirror.disabled'),
    words(reading.console, 'mirror.point_at'),
  ].filter((one) => one !== false);
  return h(
    'button',
    {
      type: 'button',
      class: `control role-${control.role}${control.enabled ? '' : ' disabled'}${control.selected ? ' selected' : ''}`,
      'data-key': `control.${control.id}`,
      'data-control': control.id,
      'aria-pressed': pointed ? 'true' : 'false',
      click: () => pointing.point(control.id),
    },
    h('span', { class: 'control-label' }, mirrorText(control.label, reading)),
    control.note && h('span', { class: 'control-note' }, mirrorText(control.note, reading)),
    h('span', { class: 'heard', lang: reading.console }, ` ${said.join(words(reading.console, 'mirror.comma'))}`),
    pointed && h('span', { class: 'ring-mark', lang: reading.console }, words(reading.console, 'mirror.pointing')),
  );
}
