// Consultations by video: one's desk, who waits, the call. The media are consult/talk.ts' and outlive this page.

import type { Conversation, SeenCall } from '../consult/calls';
import { noteIsSafe } from '../consult/calls';
import { h, replaceContent, type Child } from '../dom';
import { DeedNames, type CallInvite, type ConsultOutcome, type ConsultTopic } from '../generated/messages';
import { labelled, newsPlace, showDialog, type Context, type Page } from '../page';
import type { Key } from '../words';
import { callTools } from './consult_tools';
import { Bell, tongue, topicName } from './consult_words';

const most_note = 60;
const said_outcomes = ['solved', 'partly', 'call_back', 'handed_over', 'left', 'no_show'] as const;

export function consultPage(context: Context): Page {
  const { say, live } = context;
  const { calls } = live;
  const news = newsPlace();
  const bell = new Bell();
  const deskPlace = h('div', {});
  const ringing = h('p', { class: 'ringing', role: 'status' });
  const queue = h('div', {});
  const talkPlace = h('div', {});
  let shown = '';
  let view: CallView | null = null;
  let told: string | null = null;

  const update = () => {
    const call = calls.current ?? calls.joined;
    if (view?.of !== call) {
      view = call === null ? null : 'news' in call ? callView(context, call) : guestView(context, call);
      replaceContent(talkPlace, view?.element);
    }
    view?.update();
    const refused = calls.refused;
    if (refused !== told) {
      told = refused;
      if (refused !== null) news.tell(say(`consult.no_${refused}` as Key), true);
    }
    const ring = calls.ringing ? say('consult.ringing') : '';
    if (ringing.textContent !== ring) ringing.textContent = ring;
    bell.ring(calls.ringing);
    // Only what has changed, so that nobody loses the place while reading; minutes go by.
    const words = JSON.stringify([calls.seats, calls.desk, calls.busy, [...calls.invites], live.desk.connected,
      [...calls.waiting.values()].map((one) => [one, minutes(one)])]);
    if (words === shown) return;
    shown = words;
    replaceContent(deskPlace, deskPart(context, bell, update));
    replaceContent(queue, calls.desk === '' ? null : queuePart(context, (call) => {
      news.tell('');
      bell.wake();
      calls.answer(call);
    }));
  };
  update();
  // Sound levels and the minutes; nothing of it asks the gateway.
  const timer = setInterval(update, 1000);
  return {
    title: say('consult.title'),
    view: h('div', {}, h('h1', { tabindex: -1 }, say('consult.title')), news.view, ringing, talkPlace, deskPlace, queue),
    update,
    leave: () => {
      clearInterval(timer);
      bell.ring(false);
    },
  };
}

const minutes = (call: SeenCall): number => Math.max(0, Math.floor((Date.now() - call.askedAt) / 60_000));

function deskPart({ say, live }: Context, bell: Bell, update: () => void): Child {
  const { calls } = live;
  if (!live.desk.connected) return h('p', {}, say('help.offline'));
  if (!calls.seats) return h('p', {}, say('consult.no_desk'));
  const select = h('select', {
    'data-key': 'consult.desk', disabled: calls.busy, change: () => { bell.wake(); calls.sit(select.value); },
  },
  h('option', { value: '', selected: calls.desk === '' }, say('consult.desk_none')),
  calls.seats.desks.map(({ desk, name }) => h('option', { value: desk, selected: desk === calls.desk }, name)));
  return h('section', { class: 'desk', 'aria-labelledby': 'consult-desk-title' },
    h('h2', { id: 'consult-desk-title' }, say('consult.desk')),
    labelled('consult-desk', say('consult.desk_label'), say('consult.desk_note'), select),
    h('button', {
      type: 'button', class: 'choice', 'data-key': 'consult.sound', 'aria-pressed': bell.on ? 'true' : 'false',
      click: () => { bell.on = !bell.on; replacePressed(bell.on); update(); },
    }, say('consult.sound')));
}

function replacePressed(on: boolean): void {
  document.querySelector('[data-key="consult.sound"]')?.setAttribute('aria-pressed', on ? 'true' : 'false');
}

function queuePart(context: Context, answer: (call: string) => void): Child {
  const { say, live } = context;
  const { calls } = live;
  const waiting = [...calls.waiting.values()].sort((a, b) => Number(b.next) - Number(a.next) || a.askedAt - b.askedAt);
  return h('section', { 'aria-labelledby': 'waiting-title' },
    h('h2', { id: 'waiting-title' }, say('consult.waiting')),
    [...calls.invites.values()].map((invite) => inviteCard(context, invite)),
    h('p', { class: 'count', role: 'status' },
      waiting.length === 0 ? say('consult.nobody') : say('consult.count', { count: waiting.length })),
    h('div', { class: 'cards' }, waiting.map((call) => h('section', { class: call.next ? 'card call-next' : 'card' },
      h('h3', {}, topicName(call.topic, context.language)),
      h('dl', {},
        fact(say('consult.language'), tongue(call.language, context.language)),
        fact(say('consult.kiosk'), call.kiosk),
        fact(say('consult.waited'), say('consult.minutes', { minutes: minutes(call) }))),
      marks(call, context),
      call.next && !calls.busy
        ? h('button', { type: 'button', class: 'primary', 'data-key': `answer.${call.call}`, click: () => answer(call.call) },
          say('consult.answer'))
        : null))));
}

function fact(label: string, value: string): HTMLElement {
  return h('div', {}, h('dt', {}, label), h('dd', {}, value));
}

function marks(call: SeenCall, { say }: Context): Child {
  return [
    call.booked && h('p', { class: 'note' }, say('consult.booked')),
    call.handed && h('p', { class: 'note' }, say('consult.handed')),
    call.away && h('p', { class: 'mark bad' }, say('consult.away')),
  ];
}

function inviteCard({ say, live, language }: Context, invite: CallInvite): HTMLElement {
  const { calls } = live;
  return h('section', { class: 'card call-next' },
    h('h3', {}, say('consult.invited', { language: tongue(invite.language, language) })),
    h('p', {}, say('consult.invited_by', { desk: invite.desk, topic: topicName(invite.topic, language) })),
    h('div', { class: 'buttons' },
      h('button', { type: 'button', class: 'secondary', 'data-key': 'decline', click: () => calls.join(invite.call, true) },
        say('consult.decline')),
      h('button', { type: 'button', class: 'primary', 'data-key': 'join', click: () => calls.join(invite.call, false) },
        say('consult.join'))));
}

interface CallView {
  of: unknown;
  element: HTMLElement;
  update: () => void;
}

/** The call that this desk talks in. */
function callView(context: Context, call: Conversation): CallView {
  const { say, live } = context;
  const { calls } = live;
  const facts = h('p', { class: 'facts' });
  const status = h('p', { class: 'call-status', role: 'status' });
  const text = h('ol', { class: 'typed', 'aria-label': say('consult.text'), tabindex: 0 });
  const buttons = h('div', { class: 'call-buttons' });
  const papers = h('div', { class: 'papers' });
  const third = h('div', {});
  const tools = callTools(context, call);
  const line = typingField(context);
  const guestPicture = h('div', { class: 'guest-picture' });
  const parts = h('div', { class: 'call' },
    h('section', { 'aria-label': say('consult.picture') },
      h('div', { class: 'pictures' }, picture(call.talk.remote, say('consult.theirs')),
        h('div', {}, picture(call.talk.self, say('consult.own')), guestPicture)),
      status, buttons, third),
    h('section', { 'aria-labelledby': 'text-title' },
      h('h3', { id: 'text-title' }, say('consult.text')), text, line, papers, tools));
  const over = h('div', {});
  const element = h('section', { class: 'call-part', 'aria-labelledby': 'call-title' },
    h('h2', { id: 'call-title' }, say('consult.call')), facts, over, parts);
  let drawn = '';
  const update = () => {
    put(facts, say('consult.facts', {
      topic: topicName(call.news.topic, context.language), language: tongue(call.news.language, context.language), kiosk: call.news.kiosk,
    }));
    put(status, statusWords(call, context));
    status.classList.toggle('bad', !call.talk.heard || call.unheardThere || call.news.away);
    showLines(text, call.lines, say);
    if (call.guest && guestPicture.childElementCount === 0) guestPicture.append(picture(call.guest.video, say('consult.guest')));
    if (!call.guest) guestPicture.replaceChildren();
    const words = JSON.stringify([call.news, call.over, call.papers, call.talk.microphone, call.talk.camera, calls.seats]);
    if (words === drawn) return;
    drawn = words;
    parts.hidden = call.over;
    replaceContent(over, call.over && [h('p', {}, say('consult.hung_up')), finishForm(context, () => calls.putAway())]);
    replaceContent(buttons, callButtons(context, call));
    replaceContent(third, thirdPart(context, call));
    replaceContent(papers, call.papers.length > 0 && [h('h3', {}, say('consult.papers')), h('ul', {}, call.papers.map((one) =>
      h('li', {}, one.title, ' ', h('strong', {}, say(`consult.paper_${one.state}` as Key)))))]);
    void call.talk.play();
  };
  return { of: call, element, update };
}

function put(place: HTMLElement, words: string): void {
  if (place.textContent !== words) place.textContent = words;
}

function picture(video: HTMLVideoElement, label: string): HTMLElement {
  video.setAttribute('aria-label', label);
  return h('figure', { class: 'picture' }, video, h('figcaption', {}, label));
}

function showLines(place: HTMLElement, lines: Conversation['lines'], say: Context['say']): void {
  const wanted = lines.filter(({ text }) => text !== '');
  wanted.forEach((line, at) => {
    const words = `${say(line.own ? 'consult.we' : 'consult.they')}: ${line.text}`;
    let row = place.children[at] as HTMLElement | undefined;
    if (!row) place.append(row = h('li', {}));
    row.className = line.done ? 'done' : 'typing';
    put(row, words);
  });
  while (place.children.length > wanted.length) place.lastChild?.remove();
  if (!place.matches(':focus')) place.scrollTop = place.scrollHeight;
}

function typingField({ say, live }: Context): HTMLElement {
  const { calls } = live;
  const input = h('input', {
    maxlength: 200, autocomplete: 'off', 'data-key': 'consult.line',
    input: () => calls.type(input.value, false),
    keydown: (event) => {
      const key = event as KeyboardEvent;
      if (key.key !== 'Enter' || key.isComposing || input.value === '') return;
      calls.type(input.value, true);
      input.value = '';
    },
  });
  return labelled('consult-line', say('consult.line'), say('consult.line_note'), input);
}

function statusWords(call: Conversation, { say }: Context): string {
  if (call.news.away) return say('consult.away');
  if (call.news.held) return say('consult.is_held');
  if (call.talk.state === 'failed') return say('consult.failed');
  if (call.talk.state !== 'connected') return say('consult.connecting');
  if (!call.talk.heard) return say('consult.not_heard');
  if (call.unheardThere) return say('consult.not_heard_there');
  if (!call.talk.hasMicrophone) return say('consult.no_microphone');
  const extra = call.rung === 'audio' || call.rung === 'text' ? say(`consult.rung_${call.rung}` as Key) : '';
  return extra === '' ? say('consult.connected') : extra;
}

function toggle(key: string, label: string, pressed: boolean, click: () => void): HTMLElement {
  return h('button', { type: 'button', class: 'choice', 'data-key': key, 'aria-pressed': pressed ? 'true' : 'false', click }, label);
}

function callButtons(context: Context, call: Conversation): Child {
  const { say, live } = context;
  const { calls } = live;
  const { microphone, camera } = call.talk;
  return [
    toggle('mute', say('consult.mute'), !microphone, () => calls.devices(!microphone, camera)),
    toggle('camera', say('consult.camera_off'), !camera, () => calls.devices(microphone, !camera)),
    toggle('hold', say('consult.hold'), call.news.held, () => calls.hold(!call.news.held)),
    h('button', { type: 'button', class: 'secondary', 'data-key': 'hand', click: () => askWhere(context, call) }, say('consult.hand')),
    h('button', { type: 'button', class: 'secondary danger', 'data-key': 'finish', click: () => askHow(context) }, say('consult.finish')),
  ];
}

const guest_words = { invited: 'consult.guest_asked', joined: 'consult.guest_here', away: 'consult.guest_away' } as const;

function thirdPart({ say, live, language }: Context, call: Conversation): Child {
  const { calls } = live;
  const languages = calls.seats?.languages ?? [];
  if (call.news.guest !== 'none') {
    return h('p', {},
      say(guest_words[call.news.guest]), ' ',
      h('button', { type: 'button', class: 'secondary small', 'data-key': 'guest.end', click: () => calls.endGuest() },
        say(call.news.guest === 'invited' ? 'app.cancel' : 'consult.guest_end')));
  }
  if (languages.length === 0) return null;
  const select = h('select', {}, languages.map((one) =>
    h('option', { value: one, selected: one === call.news.language }, tongue(one, language))));
  return h('div', { class: 'invite' },
    labelled('invite', say('consult.invite_label'), null, select),
    h('button', { type: 'button', class: 'secondary', 'data-key': 'invite', click: () => calls.invite(select.value) }, say('consult.invite')));
}

/** To whom else: a desk, or the next one of a topic. */
function askWhere(context: Context, call: Conversation): void {
  const { say, live, language } = context;
  const { calls } = live;
  const go = (key: string, label: string, desk: string, topic: ConsultTopic) =>
    h('button', {
      type: 'button', class: 'secondary', 'data-key': key,
      click: () => { dialog.close(); calls.handTo(desk, topic); },
    }, label);
  const others = (calls.seats?.others ?? []).filter(({ desk }) => desk !== calls.desk);
  const topics = [...new Set(others.flatMap((one) => one.topics))].filter((topic) => topic !== call.news.topic);
  const dialog = showDialog(
    h('h2', { id: 'dialog-title', tabindex: -1, autofocus: true }, say('consult.hand_title')),
    h('p', {}, say('consult.hand_note')),
    h('div', { class: 'results' },
      others.map(({ desk, name }) => go(`hand.desk.${desk}`, name, desk, call.news.topic)),
      topics.map((topic) => go(`hand.topic.${topic}`, say('consult.hand_topic', { topic: topicName(topic, language) }), '', topic))),
    h('div', { class: 'buttons' },
      h('button', { type: 'button', class: 'secondary', click: () => dialog.close() }, say('app.cancel'))));
}

function askHow(context: Context): void {
  const { say } = context;
  const dialog = showDialog(
    h('h2', { id: 'dialog-title', tabindex: -1, autofocus: true }, say('consult.finish_title')),
    finishForm(context, () => dialog.close()),
    h('div', { class: 'buttons' },
      h('button', { type: 'button', class: 'secondary', click: () => dialog.close() }, say('app.cancel'))));
}

/** What came of it, what was done, and a note that names nobody. One press on the result ends it. */
function finishForm({ say, live }: Context, done: () => void): HTMLElement {
  const boxes = DeedNames.map((deed) => ({ deed, box: h('input', { type: 'checkbox' }) }));
  const note = h('input', { maxlength: most_note, autocomplete: 'off' });
  const warning = h('p', { class: 'mark bad', role: 'alert', hidden: true });
  const result = (outcome: ConsultOutcome) =>
    h('button', {
      type: 'button', class: 'secondary', 'data-key': `outcome.${outcome}`,
      click: () => {
        if (!noteIsSafe(note.value)) {
          warning.hidden = false;
          warning.textContent = say('consult.no_note');
          note.focus();
          return;
        }
        live.calls.finish(outcome, boxes.filter(({ box }) => box.checked).map(({ deed }) => deed), note.value.trim());
        done();
      },
    }, say(`consult.outcome_${outcome}` as Key));
  return h('div', { class: 'finish' },
    h('fieldset', {}, h('legend', {}, say('consult.deeds')),
      boxes.map(({ deed, box }) => h('label', { class: 'check' }, box, ' ', say(`consult.deed_${deed}` as Key)))),
    labelled('consult-note', say('consult.note'), say('consult.note_warning'), note), warning,
    h('div', { class: 'results', role: 'group', 'aria-labelledby': 'results-title' },
      h('p', { id: 'results-title' }, say('consult.outcome')), said_outcomes.map(result)));
}

/** For the interpreter: the staff's mixed picture and sound. */
function guestView(context: Context, joined: NonNullable<Context['live']['calls']['joined']>): CallView {
  const { say, live } = context;
  const { calls } = live;
  const status = h('p', { class: 'call-status', role: 'status' });
  const text = h('ol', { class: 'typed', 'aria-label': say('consult.text'), tabindex: 0 });
  const buttons = h('div', { class: 'call-buttons' });
  const element = h('section', { class: 'call-part', 'aria-labelledby': 'call-title' },
    h('h2', { id: 'call-title' }, say('consult.interpreting')),
    h('p', { class: 'facts' }, say('consult.invited_by', { desk: joined.invite.desk, topic: topicName(joined.invite.topic, context.language) })),
    h('div', { class: 'pictures' }, picture(joined.talk.remote, say('consult.theirs')), picture(joined.talk.self, say('consult.own'))),
    status, buttons, h('h3', {}, say('consult.text')), text);
  let drawn = '';
  const update = () => {
    const { talk } = joined;
    put(status, say(talk.state === 'connected' ? 'consult.connected' : 'consult.connecting'));
    showLines(text, joined.lines, say);
    const words = JSON.stringify([talk.microphone, talk.camera]);
    if (words === drawn) return;
    drawn = words;
    replaceContent(buttons,
      toggle('mute', say('consult.mute'), !talk.microphone, () => calls.devices(!talk.microphone, talk.camera)),
      toggle('camera', say('consult.camera_off'), !talk.camera, () => calls.devices(talk.microphone, !talk.camera)),
      h('button', { type: 'button', class: 'secondary danger', 'data-key': 'guest.leave', click: () => calls.endGuest() }, say('consult.guest_leave')));
    void talk.play();
  };
  return { of: joined, element, update };
}
