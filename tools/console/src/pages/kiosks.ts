import { h, replaceContent } from '../dom';
import type { LiveKiosk } from '../live';
import { moment, table, type Column, type Context, type Page } from '../page';
import { words, type Key } from '../words';

const faultKeys: Record<string, Key> = {
  reader: 'fault.reader',
  printer: 'fault.printer',
  receipt: 'fault.receipt',
  terminal: 'fault.terminal',
  storage: 'fault.storage',
  link: 'fault.link',
  desk: 'fault.desk',
  audit: 'fault.audit',
  reconciliation: 'fault.reconciliation',
};

export function kiosksPage(context: Context): Page {
  const { say, live } = context;
  const summary = h('p', { class: 'count', role: 'status' });
  const place = h('div', {});
  const update = () => {
    const kiosks = [...live.desk.kiosks.values()].sort((a, b) => a.kiosk.localeCompare(b.kiosk));
    const trouble = kiosks.filter((one) => !one.connected || one.faults.length > 0).length;
    const text = !live.desk.connected ? say('help.offline')
      : kiosks.length === 0 ? say('kiosks.none')
      : trouble === 0 ? say('kiosks.all_well') : say('kiosks.trouble', { count: trouble });
    if (summary.textContent !== text) summary.textContent = text;
    replaceContent(place, kiosks.length > 0 && table(say('kiosks.title'), columns(context), kiosks));
  };
  update();
  return {
    title: say('kiosks.title'),
    view: h('div', {}, h('h1', { tabindex: -1 }, say('kiosks.title')), summary, place),
    update,
  };
}

function columns({ say, language }: Context): Column<LiveKiosk>[] {
  const mark = (good: boolean, text: string) => h('span', { class: good ? 'mark good' : 'mark bad' }, text);
  return [
    { label: say('kiosks.name'), cell: ({ kiosk }) => kiosk },
    {
      label: say('kiosks.connection'),
      cell: ({ connected, lostAt }) => [
        mark(connected, say(connected ? 'kiosks.connected' : 'kiosks.lost')),
        lostAt !== null &&
          h('span', { class: 'since' }, say('kiosks.since', { time: moment(lostAt / 1000, language) })),
      ],
    },
    {
      label: say('kiosks.use'),
      cell: ({ connected, serving }) =>
        say(!connected ? 'kiosks.unknown' : serving ? 'kiosks.serving' : 'kiosks.free'),
    },
    {
      label: say('kiosks.faults'),
      cell: ({ connected, faults }) =>
        !connected ? say('kiosks.unknown')
        : faults.length === 0 ? say('kiosks.no_fault')
        : faults.map((fault) => mark(false, faultName(fault, language))),
    },
  ];
}

/** A device that has no name here is told by its code. */
function faultName(fault: string, language: Context['language']): string {
  const key = faultKeys[fault];
  return key ? words(language, key) : fault;
}
