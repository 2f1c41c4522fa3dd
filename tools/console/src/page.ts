// What a page is to the application, and what pages have in common.

import type { Api } from './api';
import { Refused } from './api';
import { h, type Child } from './dom';
import type { Me } from './generated/messages';
import type { Live } from './live';
import type { Key, Language } from './words';
import type { Args } from './message_format';

export interface Context {
  readonly language: Language;
  readonly api: Api;
  readonly live: Live;
  readonly me: Me;
  say: (key: Key, args?: Args) => string;
}

export interface Page {
  title: string;
  view: HTMLElement;
  /** Called when the desk has changed, and once every ten seconds. */
  update?: () => void;
  /** Called when the page goes away. */
  leave?: () => void;
}

/** What is said about a refusal. */
export function refusalWords(error: unknown, say: Context['say']): string {
  if (!(error instanceof Refused)) return say('refused.other');
  switch (error.code) {
    case 'wrong_login':
    case 'unreachable':
    case 'busy':
    case 'not_allowed':
    case 'taken':
    case 'oneself':
    case 'weak_password':
    case 'malformed':
      return say(`refused.${error.code}`);
    case 'too_many_tries':
      return say('refused.too_many_tries', { seconds: error.retryAfter ?? 60 });
    default:
      return say('refused.other');
  }
}

/** A place where news is put, and read out by a screen reader. */
export function newsPlace(): { view: HTMLElement; tell: (text: string, bad?: boolean) => void } {
  const view = h('div', { class: 'news', role: 'status' });
  return {
    view,
    tell: (text, bad = false) => {
      view.className = text === '' ? 'news' : bad ? 'news bad' : 'news good';
      view.textContent = text;
    },
  };
}

/** A field with its label, and a note under it that belongs to it. */
export function labelled(id: string, label: string, note: string | null, input: HTMLElement): HTMLElement {
  input.id = id;
  if (note) input.setAttribute('aria-describedby', `${id}-note`);
  return h(
    'div',
    { class: 'field' },
    h('label', { for: id }, label),
    note && h('p', { class: 'note', id: `${id}-note` }, note),
    input,
  );
}

export interface Column<Row> {
  label: string;
  cell: (row: Row) => Child;
}

/**
 * A table whose first column names the row. Roles are said in so many words, because on narrow pages it is laid out as
 * a list, which would take them away.
 */
export function table<Row>(label: string, columns: Column<Row>[], rows: Row[]): HTMLElement {
  const [head, ...others] = columns;
  return h(
    'table',
    { 'aria-label': label, role: 'table' },
    h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' },
      columns.map((column) => h('th', { scope: 'col', role: 'columnheader' }, column.label)))),
    h('tbody', { role: 'rowgroup' }, rows.map((row) =>
      h('tr', { role: 'row' },
        h('th', { scope: 'row', role: 'rowheader' }, head?.cell(row)),
        others.map((column) =>
          h('td', { role: 'cell', 'data-label': column.label }, h('div', {}, column.cell(row))))))),
  );
}

/** A form that is sent by script: `send` throws what was refused. */
export function sendingForm(fields: Child[], submit: string, send: () => Promise<void>, failed: (error: unknown) => void): HTMLElement {
  const button = h('button', { type: 'submit', class: 'primary' }, submit);
  const form = h('form', { novalidate: true }, fields, button);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (button.getAttribute('aria-disabled') === 'true') return;
    button.setAttribute('aria-disabled', 'true');
    send()
      .catch(failed)
      .finally(() => button.removeAttribute('aria-disabled'));
  });
  return form;
}

/** A question before something that cannot be taken back; yes on the right, with the verb. */
export function ask(context: Pick<Context, 'say'>, question: string, yes: string, act: () => void): void {
  const dialog = showDialog(
    h('p', { id: 'dialog-title' }, question),
    h(
      'div',
      { class: 'buttons' },
      h('button', { type: 'button', class: 'secondary', click: () => dialog.close() }, context.say('app.cancel')),
      h('button', { type: 'button', class: 'primary', click: () => { dialog.close(); act(); } }, yes),
    ),
  );
}

/** A dialog whose element with the id dialog-title names it. */
export function showDialog(...content: Child[]): HTMLDialogElement {
  const dialog = h('dialog', { 'aria-labelledby': 'dialog-title' }, ...content);
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

export function moment(seconds: number, language: Language): string {
  const when = new Date(seconds * 1000);
  return new Intl.DateTimeFormat(language, { month: 'long', day: 'numeric', hour: '2-digit', minute: '2-digit' }).format(when);
}

/** A day "2026-11-22" or a month "2026-11"; short: for the axis of a plot. */
export function pointName(at: string, language: Language, short: boolean): string {
  const date = new Date(`${at.length === 7 ? `${at}-01` : at}T00:00:00Z`);
  const options: Intl.DateTimeFormatOptions = at.length === 7
    ? { year: short ? '2-digit' : 'numeric', month: short ? 'numeric' : 'long', timeZone: 'UTC' }
    : short ? { month: 'numeric', day: 'numeric', timeZone: 'UTC' } : { year: 'numeric', month: 'long', day: 'numeric', timeZone: 'UTC' };
  return new Intl.DateTimeFormat(language, options).format(date);
}
