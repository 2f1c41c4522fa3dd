// What the staff show the resident in a call: large captions, a page, a ring, a paper.

import type { Conversation } from '../consult/calls';
import { h } from '../dom';
import { labelled, type Context } from '../page';
import type { Key } from '../words';

/** Controls of the kiosk's call screen, as firmware/visit/screens_consult.cpp names them. */
const controls = ['microphone', 'camera', 'keyboard', 'paper.yes', 'hang_up'] as const;
const most_paper_bytes = 1 << 20;

export function callTools(context: Context, call: Conversation): HTMLElement {
  return h('div', { class: 'call-tools' },
    part(context, 'caption', captionForm(context)),
    part(context, 'page', pageForm(context)),
    part(context, 'ring', ringForm(context)),
    part(context, 'paper', paperForm(context, call)));
}

function part({ say }: Context, name: string, content: HTMLElement): HTMLElement {
  return h('details', {}, h('summary', { 'data-key': `tool.${name}` }, say(`consult.tool_${name}` as Key)), content);
}

function button(key: string, label: string, click: () => void, primary = false): HTMLElement {
  return h('button', { type: 'button', class: primary ? 'primary small' : 'secondary small', 'data-key': key, click }, label);
}

function captionForm({ say, live }: Context): HTMLElement {
  const input = h('input', { maxlength: 200, autocomplete: 'off' });
  return h('div', {}, labelled('caption', say('consult.caption'), say('consult.caption_note'), input),
    h('div', { class: 'buttons' },
      button('caption.away', say('consult.take_away'), () => { input.value = ''; live.calls.caption(''); }),
      button('caption.show', say('consult.show'), () => live.calls.caption(input.value), true)));
}

function pageForm({ say, live }: Context): HTMLElement {
  const title = h('input', { maxlength: 60, autocomplete: 'off' });
  const lines = h('textarea', { rows: 4, maxlength: 480 });
  const link = h('input', { type: 'url', maxlength: 200, placeholder: 'https://', autocomplete: 'off' });
  const wrong = h('p', { class: 'mark bad', role: 'alert', hidden: true });
  const show = () => {
    const rows = lines.value.split('\n').map((one) => one.trim()).filter((one) => one !== '');
    const fits = rows.length <= 6 && rows.every((one) => one.length <= 80) && title.value !== '' &&
      (link.value === '' || link.value.startsWith('https://'));
    wrong.hidden = fits;
    wrong.textContent = fits ? '' : say('consult.page_wrong');
    if (fits) live.calls.tell({ type: 'page', title: title.value, lines: rows, link: link.value });
  };
  return h('div', {},
    labelled('page-title', say('consult.page_title'), null, title),
    labelled('page-lines', say('consult.page_lines'), say('consult.page_note'), lines),
    labelled('page-link', say('consult.page_link'), null, link), wrong,
    h('div', { class: 'buttons' },
      button('page.away', say('consult.take_away'), () => live.calls.tell({ type: 'page', title: '', lines: [], link: '' })),
      button('page.show', say('consult.show'), show, true)));
}

function ringForm({ say, live }: Context): HTMLElement {
  return h('div', { class: 'results', role: 'group', 'aria-label': say('consult.tool_ring') },
    h('p', {}, say('consult.ring_note')),
    controls.map((control) => button(`ring.${control}`, say(`consult.ring_${control.replace('.', '_')}` as Key),
      () => live.calls.ring(control))),
    button('ring.away', say('consult.take_away'), () => live.calls.ring('')));
}

function paperForm({ say, live }: Context, call: Conversation): HTMLElement {
  const file = h('input', { type: 'file', accept: 'application/pdf' });
  const title = h('input', { maxlength: 60, autocomplete: 'off' });
  const sign = h('input', { type: 'checkbox' });
  const wrong = h('p', { class: 'mark bad', role: 'alert', hidden: true });
  const send = async () => {
    const chosen = file.files?.[0];
    const content = chosen && chosen.size <= most_paper_bytes ? new Uint8Array(await chosen.arrayBuffer()) : null;
    const isPdf = content !== null && new TextDecoder('latin1').decode(content.subarray(0, 5)) === '%PDF-';
    wrong.hidden = isPdf && title.value !== '';
    wrong.textContent = wrong.hidden ? '' : say('consult.paper_wrong');
    if (!wrong.hidden || !content || call.over) return;
    live.calls.push(title.value, sign.checked, content);
    file.value = title.value = '';
    sign.checked = false;
  };
  return h('div', {}, h('p', { class: 'note' }, say('consult.paper_note')),
    labelled('paper-title', say('consult.paper_title'), null, title),
    labelled('paper-file', say('consult.paper_file'), null, file),
    h('label', { class: 'check' }, sign, ' ', say('consult.paper_sign')), wrong,
    h('div', { class: 'buttons' }, button('paper.send', say('consult.paper_send'), () => void send(), true)));
}
