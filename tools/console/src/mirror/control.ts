import { h } from '../dom';
import type { Control, Role } from '../generated/messages';
import { words } from '../words';
import { pictogram } from './picture';
import { mirrorText, type Reading } from './text';

export interface Pointing {
  /** The control with the ring; empty for none. */
  at: string;
  /** Called with the control's id. */
  point: (control: string) => void;
}

/** The sign that the kiosk puts beside an action by its role alone (ui/kit/controls.cpp and body_form.cpp). */
const signs: Partial<Record<Role, string>> = {
  primary: 'arrow_right', back: 'arrow_left', cancel: 'cross', change: 'pencil', erase: 'backspace', less: 'minus', more: 'plus',
  end_help: 'cross',
};

/** A button that points at the control; its name is the kiosk's own words and what the button does, which only a
 * screen reader needs to be told. */
export function mirrorControl(control: Control, reading: Reading, pointing: Pointing): HTMLElement {
  const pointed = pointing.at === control.id;
  const sign = pictogram(control.icon) ?? pictogram(signs[control.role] ?? '');
  const said = [
    control.selected && words(reading.console, 'mirror.selected'),
    !control.enabled && words(reading.console, 'mirror.disabled'),
    words(reading.console, 'mirror.point_at'),
  ].filter((one) => one !== false);
  return h(
    'button',
    {
      type: 'button',
      class: `control role-${control.role}${sign ? ' signed' : ''}${control.enabled ? '' : ' disabled'}${control.selected ? ' selected' : ''}`,
      'data-key': `control.${control.id}`,
      'data-control': control.id,
      'aria-pressed': pointed ? 'true' : 'false',
      click: () => pointing.point(control.id),
    },
    sign,
    h('span', { class: 'control-label' }, mirrorText(control.label, reading)),
    control.note && h('span', { class: 'control-note' }, mirrorText(control.note, reading)),
    h('span', { class: 'heard', lang: reading.console }, ` ${said.join(words(reading.console, 'mirror.comma'))}`),
    pointed && h('span', { class: 'ring-mark', lang: reading.console }, words(reading.console, 'mirror.pointing')),
  );
}
