// Every body that a screen can have. A new alternative of Body in screen.h does not compile here before it has its
// line.

import { h } from '../dom';
import type {
  Body, Checklist, Control, Field, Form, Key, Menu, Notice, PinPad, Practice, Rating, Review, StageState, VideoCall, Working,
} from '../generated/messages';
import { words } from '../words';
import { mirrorControl, type Pointing } from './control';
import { illustration, pictogram } from './picture';
import { mirrorText, type Reading } from './text';

export function mirrorBody(body: Body, reading: Reading, pointing: Pointing): HTMLElement {
  const control = (one: Control) => mirrorControl(one, reading, pointing);
  switch (body.type) {
    case 'notice':
      return notice(body, reading);
    case 'menu':
      return menu(body, control);
    case 'pin_pad':
      return pinPad(body, reading, control);
    case 'form':
      return form(body, reading, control);
    case 'review':
      return review(body, reading, control);
    case 'working':
      return working(body, reading);
    case 'checklist':
      return checklist(body, reading);
    case 'rating':
      return rating(body, control);
    case 'practice':
      return practice(body, reading, control);
    case 'video_call':
      return videoCall(body, reading, control);
  }
  return body satisfies never;
}

type Draw = (control: Control) => HTMLElement;

function notice(body: Notice, reading: Reading): HTMLElement {
  return h(
    'div',
    { class: 'body-notice' },
    // As on the kiosk: a QR code stands in the picture's place.
    !body.link && illustration(body.picture),
    body.lines.map((line) => h('p', {}, mirrorText(line, reading))),
    body.reassurance && h('p', { class: 'reassurance' }, mirrorText(body.reassurance, reading)),
    body.link && h('p', { class: 'link', lang: reading.console }, words(reading.console, 'mirror.link', { link: body.link })),
    body.code !== '' &&
      h('p', { class: 'staff-code', lang: reading.console }, words(reading.console, 'mirror.code', { code: body.code })),
  );
}

function menu(body: Menu, draw: Draw): HTMLElement {
  return h('div', { class: `body-menu${body.columns > 1 ? ' tiles' : ''}` }, body.items.map(draw));
}

function pinPad(body: PinPad, reading: Reading, draw: Draw): HTMLElement {
  // How many digits there are is no secret of the view: the kiosk shows it to the room.
  const dots = Array.from({ length: body.length }, (_, at) =>
    h('span', { class: at < body.entered ? 'dot filled' : 'dot' }));
  return h(
    'div',
    { class: 'body-pin' },
    h('p', { class: 'tries', lang: reading.console }, words(reading.console, 'mirror.tries_left', { tries: body.tries_left })),
    h('p', {
      class: 'dots', role: 'img', lang: reading.console,
      'aria-label': words(reading.console, 'mirror.entered', { entered: body.entered, length: body.length }),
    }, dots),
    body.keys.length > 0 && h('div', { class: 'keys' }, body.keys.map(draw)),
  );
}

function form(body: Form, reading: Reading, draw: Draw): HTMLElement {
  return h('div', { class: 'body-form' }, body.fields.map((one) => field(one, reading, draw)));
}

function field(one: Field, reading: Reading, draw: Draw): HTMLElement {
  const [before, after] = [one.controls.filter(({ role }) => role !== 'more'), one.controls.filter(({ role }) => role === 'more')];
  return h(
    'fieldset',
    { 'data-field': one.id },
    h('legend', {}, mirrorText(one.label, reading)),
    one.note && h('p', { class: 'field-note' }, mirrorText(one.note, reading)),
    h(
      'div',
      { class: one.value ? 'stepper' : 'options' },
      before.map(draw),
      one.value && h('span', { class: 'field-value' }, mirrorText(one.value, reading)),
      after.map(draw),
    ),
  );
}

function review(body: Review, reading: Reading, draw: Draw): HTMLElement {
  return h(
    'div',
    { class: 'body-review' },
    h(
      'dl',
      {},
      body.rows.map((row) =>
        h(
          'div',
          { class: 'row' },
          h('dt', {}, mirrorText(row.label, reading)),
          row.values.map((value) => h('dd', {}, mirrorText(value, reading))),
          row.change && h('dd', { class: 'change' }, draw(row.change)),
        )),
      h(
        'div',
        { class: 'row total' },
        h('dt', {}, mirrorText(body.total_label, reading)),
        h('dd', {}, mirrorText(body.total, reading)),
        body.total_note && h('dd', { class: 'total-note' }, mirrorText(body.total_note, reading)),
      ),
    ),
  );
}

/** As ui/kit/body_notice.cpp has them; what waits has none. */
const stage_signs: Record<StageState, string> = { waiting: '', running: 'running', done: 'success', failed: 'failed' };

function working(body: Working, reading: Reading): HTMLElement {
  return h(
    'div',
    { class: 'body-working' },
    illustration(body.picture),
    h('ol', {}, body.stages.map((stage) =>
      h('li', { class: `stage ${stage.state}` },
        pictogram(stage_signs[stage.state]),
        h('span', {}, mirrorText(stage.label, reading)),
        h('span', { class: 'stage-state', lang: reading.console }, words(reading.console, `mirror.stage_${stage.state}`))))),
    body.patience && h('p', {}, mirrorText(body.patience, reading)),
  );
}

function checklist(body: Checklist, reading: Reading): HTMLElement {
  return h('ul', { class: 'body-checklist' }, body.items.map((item) =>
    h('li', { class: item.done ? 'done' : '' },
      illustration(item.picture),
      h('span', {}, mirrorText(item.label, reading)),
      h('span', { class: 'item-state', lang: reading.console },
        words(reading.console, item.done ? 'mirror.taken' : 'mirror.not_taken')))));
}

function rating(body: Rating, draw: Draw): HTMLElement {
  return h('div', { class: 'body-rating' }, body.faces.map(draw));
}

/** What the finger does is for the kiosk alone; the helper reads what the resident is told. */
function practice(body: Practice, reading: Reading, draw: Draw): HTMLElement {
  const said = (key: 'mirror.rounds', args: Record<string, number>) => words(reading.console, key, args);
  const typing = body.kind === 'type';
  return h(
    'div',
    { class: 'body-practice' },
    body.lines.map((line) => h('p', {}, mirrorText(line, reading))),
    typing && h('p', { class: 'practice-word' }, mirrorText(body.word, reading)),
    typing && h('p', { class: 'practice-typed' }, mirrorText(body.typed, reading)),
    !typing && h('p', { class: 'tries', lang: reading.console }, said('mirror.rounds', { done: body.done, rounds: body.rounds })),
    body.target && draw(body.target),
    body.feedback && h('p', { class: body.went_well ? 'feedback well' : 'feedback' }, mirrorText(body.feedback, reading)),
    keyboardRows(body.keyboards[0]?.keys ?? []).map((row) => h('div', { class: 'letters' }, row.map(({ control }) => draw(control)))),
  );
}

/** The pictures and what is said stay between the two; the helper sees where the call stands and its switches. */
function videoCall(body: VideoCall, reading: Reading, draw: Draw): HTMLElement {
  const lamp = (key: 'mirror.camera_on' | 'mirror.camera_off' | 'mirror.microphone_on' | 'mirror.microphone_off') =>
    h('li', {}, words(reading.console, key));
  return h(
    'div',
    { class: `body-call ${body.phase}` },
    h(
      'ul',
      { class: 'lamps', lang: reading.console },
      lamp(body.camera ? 'mirror.camera_on' : 'mirror.camera_off'),
      lamp(body.microphone ? 'mirror.microphone_on' : 'mirror.microphone_off'),
    ),
    [...body.facts, ...body.notices].map((line) => h('p', {}, mirrorText(line, reading))),
    body.caption && h('p', { class: 'caption' }, mirrorText(body.caption, reading)),
    body.lines.map(({ text, own }) => h('p', { class: own ? 'line own' : 'line' }, mirrorText(text, reading))),
    body.question && h('p', { class: 'question' }, mirrorText(body.question.text, reading)),
    body.question && h('div', { class: 'options' }, body.question.answers.map(draw)),
    h('div', { class: 'options' }, body.switches.map(draw)),
    body.typing && h('p', { class: 'practice-typed' }, mirrorText(body.typing, reading)),
    keyboardRows(body.keyboards[0]?.keys ?? []).map((row) => h('div', { class: 'letters' }, row.map(({ control }) => draw(control)))),
  );
}

function keyboardRows(keys: Key[]): Key[][] {
  const rows: Key[][] = [];
  for (const key of keys) (rows[key.row] ??= []).push(key);
  return rows;
}
