// Who waits, and one's own desk: call, call again, done, did not come, hand over; a number for somebody.

import { h, replaceContent } from '../dom';
import type { DeskSeen, QueueDone, QueueView, TicketSeen, Topic } from '../generated/messages';
import { ask, labelled, newsPlace, refusalWords, sendingForm, table, type Context, type Page } from '../page';
import type { Key } from '../words';

const desk_key = 'queue.desk';
const look_again_ms = 3000;

export function topicWords(say: Context['say'], topic: Topic): string {
  return say(`topic.${topic}` as Key);
}

export function queuePage(context: Context): Page {
  const { say, api } = context;
  const news = newsPlace();
  const deskPlace = h('div', {});
  const roomPlace = h('div', {});
  const takePlace = h('div', {});
  let view: QueueView | null = null;
  let chosen = localStorage.getItem(desk_key) ?? '';
  let shown = '';
  let busy = false;

  const failed = (error: unknown) => news.tell(refusalWords(error, say), true);
  const here = (): DeskSeen | undefined => view?.desks.find(({ desk }) => desk === chosen) ?? view?.desks[0];
  const choose = (desk: string) => {
    chosen = desk;
    localStorage.setItem(desk_key, desk);
    draw();
  };
  /** Only what has changed, so that nobody loses the place while reading. */
  const draw = (next: QueueView | null = view) => {
    view = next;
    const text = JSON.stringify([view, chosen]);
    if (!view || text === shown) return;
    shown = text;
    replaceContent(deskPlace, deskPart(context, view, here(), choose, act, hand));
    replaceContent(roomPlace, roomPart(context, view, came));
    if (takePlace.childElementCount === 0) replaceContent(takePlace, takePart(context, view, take, failed));
  };
  const run = async (asked: Promise<QueueDone>, done: (answer: QueueDone) => string) => {
    if (busy) return;
    busy = true;
    try {
      const answer = await asked;
      draw(answer.view);
      news.tell(answer.outcome === 'done' ? done(answer) : say(`queue.${answer.outcome}` as Key), answer.outcome === 'changed');
    } catch (error) {
      failed(error);
    } finally {
      busy = false;
    }
  };
  const act = (what: 'next' | 'again' | 'done' | 'absent') => {
    const desk = here();
    if (!desk) return;
    const number = desk.current?.number ?? '';
    void run(api.atDesk(what, desk.desk, desk.current?.ticket ?? ''), (answer) =>
      say(`queue.did_${what}` as Key, { number: what === 'next' ? answer.number ?? '' : number }));
  };
  const hand = (topic: Topic) => {
    const desk = here();
    const current = desk?.current;
    if (!desk || !current) return;
    void run(api.handOver(desk.desk, current.ticket, topic), () =>
      say('queue.did_hand_over', { number: current.number, topic: topicWords(say, topic) }));
  };
  const came = (ticket: TicketSeen) =>
    void run(api.cameAfterAll(ticket.ticket), () => say('queue.did_back', { number: ticket.number }));
  const take = (topic: Topic, language: string) =>
    run(api.takeTicket(topic, language), (answer) => say('queue.did_take', { number: answer.number ?? '' }));

  const load = async () => {
    try {
      const next = await api.queue();
      if (!busy) draw(next);
    } catch (error) {
      failed(error);
    }
  };
  void load();
  const timer = setInterval(() => void load(), look_again_ms);
  return {
    title: say('queue.title'),
    view: h(
      'div',
      {},
      h('h1', { tabindex: -1 }, say('queue.title')),
      news.view,
      deskPlace,
      roomPlace,
      h('h2', {}, say('queue.take')),
      takePlace,
    ),
    leave: () => clearInterval(timer),
  };
}

function deskPart(
  context: Context, view: QueueView, here: DeskSeen | undefined, choose: (desk: string) => void,
  act: (what: 'next' | 'again' | 'done' | 'absent') => void, hand: (topic: Topic) => void,
): HTMLElement {
  const { say } = context;
  if (!here) return h('p', {}, say('queue.no_desk'));
  const current = here.current;
  const button = (what: 'next' | 'again' | 'done' | 'absent', primary: boolean) =>
    h('button', { type: 'button', class: primary ? 'primary' : 'secondary', 'data-key': `desk.${what}`, click: () => act(what) },
      say(`queue.${what}` as Key));
  const select = h('select', { 'data-key': 'desk', change: () => choose(select.value) },
    view.desks.map(({ desk }) => h('option', { value: desk, selected: desk === here.desk }, say('queue.desk_number', { desk }))));
  // What this desk serves itself it need not hand over.
  const others = view.hand_to.filter((topic) => !here.topics.includes(topic));
  return h(
    'section',
    { class: 'desk', 'aria-label': say('queue.my_desk') },
    h('h2', {}, say('queue.my_desk')),
    labelled('desk', say('queue.desk'), here.topics.map((topic) => topicWords(say, topic)).join('・'), select),
    h('p', { class: 'at-desk' },
      current ? [h('strong', { class: 'number' }, current.number), ' ', ticketNote(context, current)] : say('queue.nobody_here')),
    h('div', { class: 'buttons' },
      button('next', true),
      current && [button('again', false), button('done', false), button('absent', false)]),
    current && others.length > 0 && h('div', { class: 'buttons' },
      others.map((topic) =>
        h('button', {
          type: 'button', class: 'secondary small', 'data-key': `hand.${topic}`,
          click: () => ask(context, say('queue.hand_over_sure', { number: current.number, topic: topicWords(say, topic) }),
            say('queue.hand_over'), () => hand(topic)),
        }, say('queue.hand_over_to', { topic: topicWords(say, topic) })))),
  );
}

function ticketNote({ say, language }: Context, ticket: TicketSeen): string {
  const parts = [topicWords(say, ticket.topic), say('queue.minutes', { minutes: ticket.minutes })];
  if (ticket.booked) parts.push(say('queue.booked'));
  if (ticket.handed) parts.push(say('queue.handed'));
  if (ticket.times > 1) parts.push(say('queue.times', { times: ticket.times }));
  if (ticket.due_at !== undefined) {
    const time = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' }).format(ticket.due_at * 1000);
    parts.push(say('queue.from', { time }));
  }
  if (ticket.language !== 'ja') parts.push(languageName(ticket.language, language));
  return parts.join('・');
}

function languageName(tag: string, language: Context['language']): string {
  try {
    return new Intl.DisplayNames(language, { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

function roomPart(context: Context, view: QueueView, came: (ticket: TicketSeen) => void): HTMLElement {
  const { say } = context;
  return h(
    'section',
    { 'aria-label': say('queue.waiting') },
    h('h2', {}, say('queue.waiting')),
    h('p', {},
      h('span', { class: `mark lamp-${view.crowding}` }, say(`crowding.${view.crowding}` as Key)), ' ',
      say('queue.count', { count: view.waiting.length })),
    view.waiting.length > 0 && table(say('queue.waiting'), [
      { label: say('queue.number'), cell: ({ number }) => number },
      { label: say('queue.about'), cell: (ticket) => ticketNote(context, ticket) },
    ], view.waiting),
    view.absent.length > 0 && h('h2', {}, say('queue.absent_list')),
    view.absent.length > 0 && table(say('queue.absent_list'), [
      { label: say('queue.number'), cell: ({ number }) => number },
      { label: say('queue.about'), cell: (ticket) => ticketNote(context, ticket) },
      {
        label: say('queue.actions'),
        cell: (ticket) =>
          h('button', {
            type: 'button', class: 'secondary small', 'data-key': `back.${ticket.ticket}`,
            'aria-label': say('queue.back_of', { number: ticket.number }), click: () => came(ticket),
          }, say('queue.back')),
      },
    ], view.absent),
  );
}

function takePart(
  { say }: Context, view: QueueView, take: (topic: Topic, language: string) => Promise<void>, failed: (error: unknown) => void,
): HTMLElement {
  if (view.topics.length === 0) return h('p', {}, say('queue.closed'));
  const topic = h('select', {}, view.topics.map((one) => h('option', { value: one }, topicWords(say, one))));
  const language = h('select', {}, (['ja', 'en'] as const).map((one) => h('option', { value: one }, say(`language.${one}` as Key))));
  return sendingForm(
    [
      labelled('take-topic', say('queue.about'), null, topic),
      labelled('take-language', say('queue.language'), null, language),
    ],
    say('queue.give_number'),
    () => take(topic.value as Topic, language.value),
    failed,
  );
}
