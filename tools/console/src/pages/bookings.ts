// The bookings of a day: check in by the code, cancel, book for somebody.

import { h, replaceContent } from '../dom';
import type { Booking, BookingDone, BookingsView, Slot } from '../generated/messages';
import { ask, labelled, newsPlace, refusalWords, sendingForm, showDialog, table, type Context, type Page } from '../page';
import type { Key } from '../words';
import { topicName } from './consult_words';
import { topicWords } from './queue';

export function bookingsPage(context: Context): Page {
  const { say, api } = context;
  const news = newsPlace();
  const place = h('div', {}, h('p', {}, say('app.loading')));
  const day = h('input', { type: 'date', 'data-key': 'day', change: () => void load().catch(failed) });
  const failed = (error: unknown) => news.tell(refusalWords(error, say), true);

  const load = async () => {
    const view = await api.bookings(day.value);
    day.value = view.day;
    replaceContent(place, dayPart(context, view, cancel), h('h2', {}, say('bookings.new')), bookForm(context, view, book, failed));
  };
  /** What became of it is told in words; a booking that is made is shown with its code. */
  const tell = async (answer: BookingDone, done: string) => {
    await load();
    news.tell(answer.outcome === 'done' ? done : say(`bookings.${answer.outcome}` as Key), answer.outcome !== 'done');
  };
  const cancel = (booking: Booking) =>
    ask(context, say('bookings.cancel_sure', { code: spaced(booking.code) }), say('bookings.cancel'), () =>
      void api.onBooking('cancel', booking.code)
        .then((answer) => tell(answer, say('bookings.did_cancel')))
        .catch(failed));
  const book = async (slot: string, language: string) => {
    const answer = await api.book({ slot, language });
    await tell(answer, say('bookings.did_book'));
    if (answer.booking) handOver(context, answer.booking, answer.page);
  };
  void load().catch(failed);
  return {
    title: say('bookings.title'),
    view: h(
      'div',
      {},
      h('h1', { tabindex: -1 }, say('bookings.title')),
      news.view,
      h('h2', {}, say('bookings.check_in')),
      checkInForm(context, async (answer) => {
        const number = answer.number ?? '';
        await tell(answer, number === '' ? say('bookings.did_check_in') : say('bookings.did_check_in_number', { number }));
      }, failed),
      h('h2', {}, say('bookings.of_day')),
      labelled('booking-day', say('bookings.day'), null, day),
      place,
    ),
  };
}

/** "12345674" as people read it. */
function spaced(code: string): string {
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

function subject({ say, language }: Context, { topic, course, consultation }: Slot): string {
  if (consultation) return say('bookings.consultation', { subject: topicName(consultation, language) });
  return topic ? topicWords(say, topic) : say('bookings.course', { subject: say(`topic.${course ?? 'other'}` as Key) });
}

function time({ language }: Context, { starts_at }: Slot): string {
  return new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' }).format(starts_at * 1000);
}

function dayPart(context: Context, view: BookingsView, cancel: (booking: Booking) => void): HTMLElement {
  const { say } = context;
  if (view.bookings.length === 0) return h('p', {}, say('bookings.none'));
  return table(say('bookings.of_day'), [
    { label: say('bookings.time'), cell: ({ slot }) => time(context, slot) },
    { label: say('queue.about'), cell: ({ slot }) => subject(context, slot) },
    { label: say('bookings.code'), cell: ({ code }) => h('code', {}, spaced(code)) },
    {
      label: say('bookings.state'),
      cell: ({ state }) =>
        h('span', { class: state === 'checked_in' ? 'mark good' : state === 'booked' ? 'mark' : 'mark bad' }, say(`bookings.${state}` as Key)),
    },
    {
      label: say('queue.actions'),
      cell: (booking) => booking.state === 'booked' &&
        h('button', {
          type: 'button', class: 'secondary small', 'data-key': `cancel.${booking.code}`,
          'aria-label': say('bookings.cancel_of', { code: spaced(booking.code) }), click: () => cancel(booking),
        }, say('bookings.cancel')),
    },
  ], view.bookings);
}

function checkInForm({ say, api }: Context, done: (answer: BookingDone) => Promise<void>, failed: (error: unknown) => void): HTMLElement {
  const code = h('input', { type: 'text', inputmode: 'numeric', autocomplete: 'off', maxlength: 32 });
  return sendingForm(
    [labelled('check-in-code', say('bookings.code'), say('bookings.code_note'), code)],
    say('bookings.check_in_do'),
    async () => {
      const answer = await api.onBooking('check_in', code.value.trim());
      if (answer.outcome === 'done') code.value = '';
      await done(answer);
    },
    failed,
  );
}

function bookForm(
  context: Context, { slots }: BookingsView, book: (slot: string, language: string) => Promise<void>, failed: (error: unknown) => void,
): HTMLElement {
  const { say } = context;
  if (slots.length === 0) return h('p', {}, say('bookings.no_slot'));
  const slot = h('select', {}, slots.map((one) =>
    h('option', { value: one.id },
      say('bookings.slot', { time: time(context, one), subject: subject(context, one), places: one.places_left }))));
  const language = h('select', {}, (['ja', 'en'] as const).map((one) => h('option', { value: one }, say(`language.${one}` as Key))));
  return sendingForm(
    [labelled('book-slot', say('bookings.what'), null, slot), labelled('book-language', say('queue.language'), null, language)],
    say('bookings.book'),
    () => book(slot.value, language.value),
    failed,
  );
}

/** The code is what the resident brings along. */
function handOver(context: Context, booking: Booking, page: string | undefined): void {
  const { say } = context;
  const dialog = showDialog(
    h('h2', { id: 'dialog-title', tabindex: -1, autofocus: true }, say('bookings.made_title')),
    h('p', {}, say('bookings.made', { time: time(context, booking.slot), subject: subject(context, booking.slot) })),
    h('p', { class: 'number' }, h('code', {}, spaced(booking.code))),
    h('p', { class: 'note' }, say('bookings.made_note')),
    h('p', {}, h('a', { href: calendarFile(context, booking), download: 'booking.ics', 'data-key': 'ics' }, say('bookings.calendar'))),
    page !== undefined && [h('p', { class: 'note' }, say('bookings.page')), h('p', { class: 'address' }, h('a', { href: page, target: '_blank', rel: 'noreferrer', 'data-key': 'booking.page' }, page))],
    h('div', { class: 'buttons' },
      h('button', { type: 'button', class: 'primary', click: () => dialog.close() }, say('app.close'))),
  );
}

/**
 * The booking for a calendar (RFC 5545), which reminds by itself: the city has no address to send a reminder to. It holds
 * what the slip holds: no name.
 */
export function calendarFile(context: Context, { code, slot }: Booking): string {
  const moment = (seconds: number) => new Date(seconds * 1000).toISOString().replace(/[-:]|\.\d+/g, '');
  const words = (text: string) => text.replace(/[\\;,]/g, (one) => `\\${one}`).replace(/\n/g, '\\n');
  const title = words(subject(context, slot));
  const lines = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//madoguchi//console//JA', 'BEGIN:VEVENT', `UID:${code}@madoguchi`,
    `DTSTAMP:${moment(Date.now() / 1000)}`, `DTSTART:${moment(slot.starts_at)}`,
    `DTEND:${moment(slot.starts_at + slot.minutes * 60)}`, `SUMMARY:${title}`,
    `DESCRIPTION:${words(context.say('bookings.calendar_code', { code: spaced(code) }))}`,
    'BEGIN:VALARM', 'ACTION:DISPLAY', 'TRIGGER:-PT1H', `DESCRIPTION:${title}`, 'END:VALARM', 'END:VEVENT', 'END:VCALENDAR', ''];
  return `data:text/calendar;charset=utf-8,${encodeURIComponent(lines.map(folded).join('\r\n'))}`;
}

/** RFC 5545 3.1: no line of more than 75 bytes; 24 characters of Japanese have 72. */
function folded(line: string): string {
  const characters = [...line];
  const rows = Array.from({ length: Math.ceil(characters.length / 24) }, (_, at) => characters.slice(at * 24, at * 24 + 24).join(''));
  return rows.join('\r\n ');
}
