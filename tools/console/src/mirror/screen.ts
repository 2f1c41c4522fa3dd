// The kiosk's screen in HTML, rebuilt from its data. Everything is there to be read; a control can be pointed at, and
// nothing here can press it.

import { h } from '../dom';
import type { Control, Screen } from '../generated/messages';
import { words } from '../words';
import { mirrorBody } from './bodies';
import { mirrorControl, type Pointing } from './control';
import { pictogram } from './picture';
import { mirrorText, type Reading } from './text';

export function mirrorScreen(screen: Screen, reading: Reading, pointing: Pointing): HTMLElement {
  const control = (one: Control) => mirrorControl(one, reading, pointing);
  const { progress } = screen;
  return h(
    'div',
    { class: `screen tone-${screen.tone}`, lang: reading.kiosk, 'data-screen': screen.name },
    progress && progress.of > 0 &&
      h('p', { class: 'screen-progress', lang: reading.console },
        words(reading.console, 'mirror.progress', { step: progress.step, of: progress.of })),
    h('h3', { class: 'screen-title' }, pictogram(screen.tone), mirrorText(screen.title, reading)),
    screen.lead.map((line) => h('p', { class: 'screen-lead' }, mirrorText(line, reading))),
    mirrorBody(screen.body, reading, pointing),
    screen.actions.length > 0 && h('div', { class: 'screen-actions' }, screen.actions.map(control)),
    screen.settings.length > 0 && h('div', { class: 'screen-settings' }, screen.settings.map(control)),
  );
}
