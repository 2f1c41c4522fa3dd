import { h, replaceContent } from '../dom';
import type { LiveSession } from '../live';
import type { Context, Page } from '../page';
import { languages } from '../words';

/** Whole minutes until the session ends by itself, in words. */
export function timeLeft(session: LiveSession, say: Context['say']): string {
  const minutes = Math.ceil((session.endsAt - Date.now()) / 60_000);
  return minutes <= 1 ? say('help.ending') : say('help.minutes', { minutes });
}

/** The name of the resident's language in the console's; one that has no name here is told by its code. */
export function languageName(code: string, say: Context['say']): string {
  const known = languages.find((one) => one === code);
  return known ? say(`language.${known}`) : code;
}

export function helpPage(context: Context): Page {
  const { say, live } = context;
  const list = h('div', { class: 'cards' });
  const count = h('p', { class: 'count', role: 'status' });
  const update = () => {
    const sessions = [...live.desk.sessions.values()].sort((a, b) => a.news.kiosk.localeCompare(b.news.kiosk));
    const summary = !live.desk.connected ? say('help.offline')
      : sessions.length === 0 ? say('help.none') : say('help.count', { count: sessions.length });
    if (count.textContent !== summary) count.textContent = summary;
    replaceContent(list, sessions.map((session) => card(session, context)));
  };
  update();
  return {
    title: say('help.title'),
    view: h('div', {}, h('h1', { tabindex: -1 }, say('help.title')), h('p', {}, say('help.lead')), ownBadge(context), count, list),
    update,
  };
}

/** Why a volunteer sees these sessions and no others. */
function ownBadge({ say, me }: Context): HTMLElement | null {
  const number = me.badge ?? '';
  switch (me.sees) {
    case 'all':
      return null;
    case 'own':
      return h('p', { class: 'note' }, say('help.own', { number }));
    case 'no_badge':
      return h('p', { class: 'hidden-notice' }, say('help.no_badge'));
    case 'not_valid':
      return h('p', { class: 'hidden-notice' }, say('help.not_valid', { number }));
  }
}

function card(session: LiveSession, { say }: Context): HTMLElement {
  const { news } = session;
  return h(
    'section',
    { class: 'card' },
    h('h2', {}, news.kiosk),
    h(
      'dl',
      {},
      h('div', {}, h('dt', {}, say('help.helper')), h('dd', {}, say('help.number', { number: news.helper }))),
      h('div', {}, h('dt', {}, say('help.language')), h('dd', {}, languageName(news.language, say))),
      h('div', {}, h('dt', {}, say('help.left')), h('dd', {}, timeLeft(session, say))),
    ),
    h('a', {
      class: 'button primary', href: `#/help/${encodeURIComponent(news.session)}`, 'data-key': `open.${news.session}`,
      'aria-label': say('help.open_of', { kiosk: news.kiosk }),
    }, say('help.open')),
  );
}
